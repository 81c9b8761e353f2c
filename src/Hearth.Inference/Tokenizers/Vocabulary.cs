using System.Runtime.CompilerServices;

namespace Hearth.Inference.Tokenizers;

/// <summary>The tokens of a vocabulary: their bytes, their types, and a search by bytes.</summary>
/// <remarks>One array of bytes and one of starts; no object per token, so that 262,144 tokens cost a few megabytes.</remarks>
sealed class Vocabulary
{
    readonly byte[] _bytes;
    readonly int[] _starts;
    readonly TokenType[] _types;

    // Open addressing by the hash of the bytes: id + 1, 0 where free. Only what the algorithm may build from text: no control tokens.
    readonly int[] _slots;

    /// <summary>A vocabulary whose token i is the bytes from starts[i] to starts[i + 1]. Owns the arrays.</summary>
    internal Vocabulary(byte[] bytes, int[] starts, TokenType[] types)
    {
        (_bytes, _starts, _types) = (bytes, starts, types);
        CountInFile = Count;
        for (var id = 0; id < Count; id++)
            LongestToken = Math.Max(LongestToken, starts[id + 1] - starts[id]);
        _slots = new int[HashSize.For(Count)];
        // Of equal tokens the normal one is found, and of those the first.
        Insert(normal: true);
        Insert(normal: false);
    }

    /// <summary>How many tokens there are.</summary>
    internal int Count => _types.Length;

    /// <summary>How many the file has; the last ones may be no tokens of the model.</summary>
    internal int CountInFile { get; init; }

    /// <summary>The bytes of the longest token.</summary>
    internal int LongestToken { get; }

    /// <summary>The bytes of a token.</summary>
    internal ReadOnlySpan<byte> Bytes(int id) => _bytes.AsSpan(_starts[id], _starts[id + 1] - _starts[id]);

    /// <summary>What a token is for.</summary>
    internal TokenType Type(int id) => _types[id];

    /// <summary>True for tokens that only structure a text.</summary>
    internal bool IsControl(int id) => _types[id] is TokenType.Control or TokenType.Unknown;

    /// <summary>True for tokens that are found in texts as wholes, before all others.</summary>
    internal bool IsSpecial(int id) => IsControl(id) || _types[id] == TokenType.UserDefined;

    /// <summary>The token with these bytes that is not a control token, or −1.</summary>
    internal int Find(ReadOnlySpan<byte> bytes) => _slots[Slot(bytes)] - 1;

    /// <summary>True where there is a token for each of these bytes.</summary>
    internal bool HasBytes(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            if (Find(bytes.Slice(i, 1)) < 0)
                return false;
        }

        return true;
    }

    // Runs over the whole vocabulary, once and at the start: compiled well at once, since there is no second time.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Insert(bool normal)
    {
        for (var id = 0; id < Count; id++)
        {
            if (IsControl(id) || (_types[id] == TokenType.Normal) != normal || _starts[id] == _starts[id + 1])
                continue;
            ref var slot = ref _slots[Slot(Bytes(id))];
            if (slot == 0)
                slot = id + 1;
        }
    }

    /// <summary>Where these bytes are or would be.</summary>
    // Runs over the whole vocabulary, once and at the start: compiled well at once, since there is no second time.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    int Slot(ReadOnlySpan<byte> bytes)
    {
        // Keyed by a random number of the process: a file cannot be made so that all its tokens collide.
        var hash = new HashCode();
        hash.AddBytes(bytes);
        var slot = hash.ToHashCode() & (_slots.Length - 1);
        while (_slots[slot] != 0 && !Bytes(_slots[slot] - 1).SequenceEqual(bytes))
            slot = (slot + 1) & (_slots.Length - 1);
        return slot;
    }
}
