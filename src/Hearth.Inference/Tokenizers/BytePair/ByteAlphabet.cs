using System.Runtime.CompilerServices;

namespace Hearth.Inference.Tokenizers.BytePair;

/// <summary>The printable characters by which byte-level vocabularies write the 256 bytes.</summary>
/// <remarks>
/// From GPT-2: the bytes of printable Latin-1 characters are written as those characters, the 68 others in ascending order as U+0100 and following.
/// A space is written Ġ (U+0120).
/// </remarks>
static class ByteAlphabet
{
    const int Size = 256 + 68;

    /// <summary>By code point; −1 where it stands for no byte.</summary>
    static readonly short[] ByteOf = Make();

    /// <summary>Turns the UTF-8 form of a token into the bytes it stands for; false where a character is outside the alphabet.</summary>
    /// <param name="utf8">The token as the file writes it.</param>
    /// <param name="bytes">At least as long.</param>
    /// <param name="count">Bytes written.</param>
    // Runs over the whole vocabulary, once and at the start: compiled well at once, since there is no second time.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static bool TryDecode(ReadOnlySpan<byte> utf8, Span<byte> bytes, out int count)
    {
        count = 0;
        for (var i = 0; i < utf8.Length; i++)
        {
            int codePoint = utf8[i];
            // All characters of the alphabet take one or two bytes: C2 80 to C5 83.
            if (codePoint is >= 0xC2 and <= 0xC5 && i + 1 < utf8.Length && (utf8[i + 1] & 0xC0) == 0x80)
                codePoint = ((codePoint & 0x1F) << 6) | (utf8[++i] & 0x3F);
            else if (codePoint >= 0x80)
                return false;
            if (codePoint >= Size || ByteOf[codePoint] < 0)
                return false;
            bytes[count++] = (byte)ByteOf[codePoint];
        }

        return true;
    }

    static short[] Make()
    {
        var table = new short[Size];
        Array.Fill(table, (short)-1);
        var next = 256;
        for (var value = 0; value < 256; value++)
        {
            var printable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            table[printable ? value : next++] = (short)value;
        }

        return table;
    }
}
