using System.Runtime.InteropServices;
using System.Text;
using Hearth.Cli.Terminals;

namespace Hearth.Cli.Editing;

/// <summary>From the bytes of a terminal to keys. Bytes may come in any pieces; what is incomplete waits.</summary>
sealed class KeyDecoder
{
    const byte Escape = 0x1B;
    const int MaxPaste = 4 << 20;
    const int MaxSequence = 32;

    static ReadOnlySpan<byte> PasteBegin => "\e[200~"u8;

    static ReadOnlySpan<byte> PasteEnd => "\e[201~"u8;

    readonly List<byte> _bytes = [];

    /// <summary>An escape stands alone: the Escape key, or the beginning of a sequence.</summary>
    internal bool IsWaiting => _bytes is [Escape];

    /// <summary>Takes bytes and gives the keys that are complete.</summary>
    internal List<Key> Feed(ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        var all = CollectionsMarshal.AsSpan(_bytes);
        var keys = new List<Key>();
        var position = 0;
        for (int used; position < all.Length && (used = Next(all[position..], out var key)) > 0; position += used)
        {
            if (key is { } complete)
                keys.Add(complete);
        }

        _bytes.RemoveRange(0, position);
        return keys;
    }

    /// <summary>Nothing more came for a while: an escape alone was the Escape key, which means nothing here.</summary>
    internal void GiveUpWaiting()
    {
        if (IsWaiting)
            _bytes.Clear();
    }

    /// <summary>How many bytes the first key takes; 0 where it is incomplete, no key where the bytes mean nothing.</summary>
    static int Next(ReadOnlySpan<byte> bytes, out Key? key)
    {
        key = null;
        if (bytes[0] == Escape)
            return NextEscape(bytes, out key);
        if (KeyTable.Controls.TryGetValue(bytes[0], out var kind))
        {
            key = new(kind);
            return 1;
        }

        return bytes[0] < 0x20 ? 1 : NextText(bytes, out key);
    }

    static int NextText(ReadOnlySpan<byte> bytes, out Key? key)
    {
        key = null;
        var status = Rune.DecodeFromUtf8(bytes, out var rune, out var used);
        if (status == System.Buffers.OperationStatus.NeedMoreData)
            return 0;
        var text = rune.ToString();
        if (TerminalText.IsHarmless(text[0]))
            key = new(KeyKind.Text, text);
        return used;
    }

    static int NextEscape(ReadOnlySpan<byte> bytes, out Key? key)
    {
        key = null;
        if (bytes.Length == 1)
            return 0;
        if (bytes[1] is not ((byte)'[' or (byte)'O'))
        {
            key = KeyTable.Alt.TryGetValue(bytes[1], out var alt) ? new(alt) : null;
            return bytes[1] == Escape ? 1 : 2;
        }

        // Parameters and intermediates are 20–3F, the final byte is 40–7E (ECMA-48, 5.4).
        var end = 2;
        while (end < bytes.Length && bytes[end] is >= 0x20 and <= 0x3F)
            end++;
        if (end == bytes.Length)
            return end > MaxSequence ? end : 0;
        end++;
        if (bytes[..end].SequenceEqual(PasteBegin))
            return NextPaste(bytes, end, out key);
        key = KeyTable.Sequences.TryGetValue(Encoding.ASCII.GetString(bytes[2..end]), out var kind) ? new(kind) : null;
        return end;
    }

    static int NextPaste(ReadOnlySpan<byte> bytes, int start, out Key? key)
    {
        key = null;
        var length = bytes[start..].IndexOf(PasteEnd);
        if (length < 0 && bytes.Length < MaxPaste)
            return 0;
        var content = length < 0 ? bytes[start..] : bytes.Slice(start, length);
        key = new(KeyKind.Paste, TerminalText.Clean(Encoding.UTF8.GetString(content).ReplaceLineEndings("\n")));
        return length < 0 ? bytes.Length : start + length + PasteEnd.Length;
    }
}
