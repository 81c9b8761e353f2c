using System.Numerics;

namespace Hearth.Inference.Constraints;

/// <summary>What an automaton's state makes of the tokens of a branch: which stay inside its language, and with which the text goes on beyond it.</summary>
/// <param name="Inside">Tokens whose last byte is still inside, as bits of the vocabulary or, where they are few, one by one.</param>
/// <param name="Exits">For each label with which it can end inside a token: what the tokens have after that.</param>
sealed record Analysis(TokenSet Inside, Exit[] Exits)
{
    /// <summary>Without the tokens of some branches of the trie that it was made for.</summary>
    internal Analysis Without(TokenTrie trie, IReadOnlyList<int> branches)
    {
        var inside = Inside;
        foreach (var branch in branches)
            inside = inside.Without(trie.AllTokens(branch));
        return new(inside, [.. Exits.Select(e => e.Without(trie, branches)).OfType<Exit>()]);
    }
}

/// <summary>What tokens have after the end of a text inside them.</summary>
/// <param name="Label">The label of the end.</param>
/// <param name="Nodes">Where the ends are in the trie that was looked at.</param>
/// <param name="Trie">What is behind them, gathered.</param>
/// <param name="Node">Where that begins.</param>
sealed record Exit(int Label, IReadOnlyList<int> Nodes, TokenTrie Trie, int Node)
{
    /// <summary>Gathers what several nodes have below into one trie, so that it is gone through once.</summary>
    internal static Exit Of(int label, TokenTrie trie, IReadOnlyList<int> nodes)
    {
        if (nodes is [var only])
            return new(label, nodes, trie, only);
        var rests = new List<(ReadOnlyMemory<byte> Bytes, int Token)>();
        foreach (var node in nodes)
            trie.Collect(node, rests);
        return new(label, nodes, TokenTrie.Build(rests), 0);
    }

    /// <summary>Without those in some branches; null where none is left.</summary>
    internal Exit? Without(TokenTrie trie, IReadOnlyList<int> branches)
    {
        var left = Nodes.Where(n => !branches.Any(b => n >= b && n < trie.Ends[b])).ToList();
        return left.Count == Nodes.Count ? this : left.Count == 0 ? null : Of(Label, trie, left);
    }
}

/// <summary>Some tokens of a vocabulary.</summary>
/// <param name="Bits">One for each token; null where they are few.</param>
/// <param name="Few">They, where they are few.</param>
readonly record struct TokenSet(ulong[]? Bits, int[] Few)
{
    internal static TokenSet Of(List<int> tokens, int vocabulary)
    {
        // Above this, or-ing all words is quicker than setting bits.
        if (tokens.Count <= vocabulary / 64)
            return new(null, [.. tokens]);
        var bits = new ulong[(vocabulary + 63) / 64];
        foreach (var token in tokens)
            bits[token >> 6] |= 1UL << token;
        return new(bits, []);
    }

    internal TokenSet Without(ReadOnlySpan<int> tokens)
    {
        if (Bits is null)
        {
            var gone = tokens.ToArray();
            return new(null, [.. Few.Except(gone)]);
        }

        var bits = Bits.ToArray();
        foreach (var token in tokens)
            bits[token >> 6] &= ~(1UL << token);
        return new(bits, Few);
    }

    internal void AddTo(Span<ulong> mask)
    {
        if (Bits is { } bits)
        {
            var i = 0;
            for (; i <= bits.Length - Vector<ulong>.Count; i += Vector<ulong>.Count)
                (new Vector<ulong>(mask[i..]) | new Vector<ulong>(bits, i)).CopyTo(mask[i..]);
            for (; i < bits.Length; i++)
                mask[i] |= bits[i];
        }

        foreach (var token in Few)
            mask[token >> 6] |= 1UL << token;
    }
}
