namespace Hearth.Inference.Constraints;

/// <summary>What an automaton's state makes of the tokens of a branch: which stay inside its language, and with which the text goes on beyond it.</summary>
/// <param name="Inside">Tokens whose last byte is still inside.</param>
/// <param name="Exits">For each label with which it can end inside a token: what the tokens have after that.</param>
sealed record Analysis(TokenSet Inside, Exit[] Exits)
{
    /// <summary>Tokens that are neither, though they are named there: so what is known of another automaton serves where few tokens differ.</summary>
    internal int[] Except { get; init; } = [];

    /// <summary>Roughly the memory that was taken for it, without what it has in common with others.</summary>
    internal long Bytes { get; init; }

    /// <summary>Nodes that were looked at for it.</summary>
    internal long Work { get; init; }
}

/// <summary>What tokens have after the end of a text inside them.</summary>
/// <param name="Label">The label of the end.</param>
/// <param name="Trie">What is behind the ends, gathered.</param>
/// <param name="Node">Where that begins.</param>
sealed record Exit(int Label, TokenTrie Trie, int Node)
{
    /// <summary>Of the trie, where it was made for this.</summary>
    internal long Bytes { get; init; }

    /// <summary>Nodes below one that are gathered with others: to copy more takes longer than to go through them beside the others.</summary>
    const int MostGathered = 20_000;

    /// <summary>Gathers what several nodes have below into one trie, so that it is gone through once; the whole vocabulary stays as it is.</summary>
    /// <param name="label">The label.</param>
    /// <param name="trie">The trie that was looked at.</param>
    /// <param name="nodes">Where the ends are in it.</param>
    /// <param name="isShared">True where the same is found for all requests.</param>
    internal static IEnumerable<Exit> Of(int label, TokenTrie trie, IReadOnlyList<int> nodes, bool isShared)
    {
        if (trie.Ends[nodes[0]] - nodes[0] > MostGathered)
        {
            yield return new(label, trie, nodes[0]);
            nodes = [.. nodes.Skip(1)];
        }

        if (nodes is [var only])
            yield return new(label, trie, only);
        if (nodes.Count < 2)
            yield break;
        var rests = new List<(ReadOnlyMemory<byte> Bytes, int Token)>();
        foreach (var node in nodes)
            trie.Collect(node, rests);
        var gathered = TokenTrie.Build(rests, isShared);
        yield return new(label, gathered, 0) { Bytes = gathered.Size };
    }
}
