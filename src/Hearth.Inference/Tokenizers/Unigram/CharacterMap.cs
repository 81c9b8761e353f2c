using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using Hearth.Formats.Gguf;
using Hearth.Requests;

namespace Hearth.Inference.Tokenizers.Unigram;

/// <summary>SentencePiece's normalisation: sequences of characters and what stands for them (<c>precompiled_charsmap</c>).</summary>
/// <remarks>
/// Four bytes of length, a double array of 32-bit units (darts-clone; Yata et al. 2007, Kanda 2018), then replacements that end with a zero byte. A unit:
/// bits 0–7 the byte that leads to it, bit 8 whether a value follows, bit 9 whether the offset is in 256s, bits 10–30 the offset; or bits 0–30 a value.
/// All of the array that can be reached is checked when it is read, so that a search needs no checks.
/// </remarks>
sealed class CharacterMap
{
    const string Key = "tokenizer.ggml.precompiled_charsmap";

    // Far above those of NFKC, where the longest are 33 bytes. Texts grow and searches last by no more.
    const int LongestKey = 256, LongestReplacement = 1024;

    readonly uint[] _units;
    readonly byte[] _replacements;

    CharacterMap(byte[] map)
    {
        var length = map.Length < sizeof(uint) ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(map);
        if (length == 0 || length % sizeof(uint) != 0 || length > map.Length - sizeof(uint))
            throw Broken($"has {map.Length} bytes and an array of {length}");
        _units = new uint[length / sizeof(uint)];
        for (var i = 0; i < _units.Length; i++)
            _units[i] = BinaryPrimitives.ReadUInt32LittleEndian(map.AsSpan((i + 1) * sizeof(uint)));
        _replacements = map[(sizeof(uint) + (int)length)..];
        CheckReplacements();
        Check(Offset(_units[0]), 0, new ushort[_units.Length]);
    }

    /// <summary>The map of a file, or null where it has none.</summary>
    internal static CharacterMap? Read(GgufMetadata metadata)
    {
        if (metadata.ElementTypeOf(Key) == GgufValueType.Str)
            return new(FromLetters(metadata.GetStrings(Key)));
        return metadata.TryGetInt32s(Key, out var values) && values.Length > 0 ? new([.. values.Select(value => unchecked((byte)value))]) : null;
    }

    /// <summary>Base64, a string for each letter: so Ollama's converter wrote the map of Snowflake's second encoder.</summary>
    static byte[] FromLetters(GgufStringArray strings)
    {
        var letters = new byte[strings.Count];
        for (var i = 0; i < letters.Length; i++)
            letters[i] = strings[i] is [var letter] ? letter : throw Broken($"has a text of {strings[i].Length} bytes");
        var map = new byte[Base64.GetMaxDecodedFromUtf8Length(letters.Length)];
        return Base64.DecodeFromUtf8(letters, map, out _, out var length) == OperationStatus.Done ? map[..length] : throw Broken("is no base64");
    }

    /// <summary>What stands for the beginning of a text: the longest sequence that the map has, or else the character as it is.</summary>
    /// <param name="map">The map, or null.</param>
    /// <param name="text">UTF-8, not empty.</param>
    /// <param name="length">How many bytes of the text it stands for.</param>
    internal static ReadOnlySpan<byte> Next(CharacterMap? map, ReadOnlySpan<byte> text, out int length)
    {
        length = 0;
        var replacement = map is null ? [] : map.Find(text, out length);
        if (length > 0)
            return replacement;
        Rune.DecodeFromUtf8(text, out _, out length);
        return text[..length];
    }

    ReadOnlySpan<byte> Find(ReadOnlySpan<byte> text, out int length)
    {
        var (node, value) = (Offset(_units[0]), 0u);
        length = 0;
        for (var i = 0; i < text.Length && TryStep(ref node, text[i], out var hasValue); i++)
        {
            if (hasValue)
                (length, value) = (i + 1, Value(node));
        }

        var replacement = _replacements.AsSpan((int)value);
        return length == 0 ? [] : replacement[..replacement.IndexOf((byte)0)];
    }

    bool TryStep(ref uint node, byte value, out bool hasValue)
    {
        var child = node ^ value;
        hasValue = false;
        // A zero byte leads to values only, never on.
        if (value == 0 || child >= _units.Length || (_units[child] & 0x8000_00FF) != value)
            return false;
        hasValue = (_units[child] >> 8 & 1) != 0;
        node = child ^ Offset(_units[child]);
        return true;
    }

    static uint Offset(uint unit) => unit >> 10 << (int)((unit & (1 << 9)) >> 6);

    uint Value(uint node) => _units[node] & 0x7FFF_FFFF;

    void CheckReplacements()
    {
        if (_replacements.Length == 0 || _replacements[^1] != 0)
            throw Broken("has a replacement without end");
        for (var rest = _replacements.AsSpan(); !rest.IsEmpty;)
        {
            var length = rest.IndexOf((byte)0);
            if (length > LongestReplacement)
                throw Broken($"has a replacement of {length} bytes");
            rest = rest[(length + 1)..];
        }
    }

    /// <summary>
    /// Goes through all that can be reached from a node and returns the length of the longest sequence from there. Sequences with the same end share
    /// nodes, so what was reached is remembered; a circle comes out as a sequence without end.
    /// </summary>
    int Check(uint node, int depth, ushort[] lengths)
    {
        var longest = 0;
        for (var value = 1; value <= byte.MaxValue; value++)
        {
            var next = node;
            if (!TryStep(ref next, (byte)value, out var hasValue))
                continue;
            if (hasValue && (next >= _units.Length || Value(next) >= _replacements.Length))
                throw Broken("points outside itself");
            ref var length = ref lengths[node ^ (uint)value];
            if (depth + Math.Max(length, (ushort)1) > LongestKey)
                throw Broken($"has sequences of more than {LongestKey} bytes");
            if (length == 0)
                length = (ushort)(1 + Check(next, depth + 1, lengths));
            longest = Math.Max(longest, length);
        }

        return longest;
    }

    static EngineException Broken(string what) => ModelError.Invalid($"{Key} {what}.", "the map that SentencePiece writes");
}
