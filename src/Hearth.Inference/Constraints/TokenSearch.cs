using Hearth.Inference.Constraints.Automata;

namespace Hearth.Inference.Constraints;

/// <summary>Goes through the tokens below a node with an automaton.</summary>
/// <param name="trie">The tokens.</param>
/// <param name="node">Where to begin.</param>
sealed class TokenSearch(TokenTrie trie, int node)
{
    // The state after each byte of the way to the present node, and whether a watched byte is among them.
    readonly int[] _states = new int[trie.Longest + 1];
    readonly int[] _until = new int[trie.Longest + 1];
    readonly bool[] _watches = new bool[trie.Longest + 1];

    // Nodes that were looked at.
    long _looked;

    /// <summary>Tokens whose last byte is inside the language.</summary>
    internal List<int> Inside { get; } = [];

    /// <summary>For each label the nodes, with tokens below, at which a text may end.</summary>
    internal List<(int Label, List<int> Nodes)> Ends { get; } = [];

    /// <summary>What was found.</summary>
    /// <param name="inside">The tokens that are inside.</param>
    /// <param name="isShared">True where the same is found for all requests.</param>
    internal Analysis Found(TokenSet inside, bool isShared)
    {
        var exits = Ends.SelectMany(e => Exit.Of(e.Label, trie, e.Nodes, isShared)).ToArray();
        return new(inside, exits) { Bytes = inside.Bytes + exits.Sum(e => e.Bytes), Work = _looked };
    }

    /// <summary>What was found of all tokens.</summary>
    internal Analysis Found(int vocabulary, bool isShared) => Found(TokenSet.Of(Inside, vocabulary), isShared);

    /// <summary>Goes through all.</summary>
    internal void Run(Automaton automaton, int start)
    {
        if (!trie.IsLeaf(node))
            NoteEnd(automaton.Label(start), node);
        var (bytes, ends) = (trie.Bytes, trie.Ends);
        var (depth, stop) = (0, ends[node]);
        (_states[0], _until[0]) = (start, stop);
        for (var i = node + 1; i < stop; _looked++)
        {
            while (i >= _until[depth])
                depth--;
            var state = automaton.Step(_states[depth], bytes[i]);
            if (state == Automaton.Dead)
            {
                i = ends[i];
                continue;
            }

            foreach (var token in trie.Tokens(i))
                Inside.Add(token);
            if (ends[i] > i + 1)
            {
                depth++;
                (_states[depth], _until[depth]) = (state, ends[i]);
                NoteEnd(automaton.Label(state), i);
            }

            i++;
        }
    }

    /// <summary>Goes through those only that have a watched byte; what ends a text is among these.</summary>
    /// <param name="automaton">The automaton.</param>
    /// <param name="start">Its state.</param>
    /// <param name="below">Of each node, the groups of bytes in its branch.</param>
    /// <param name="watched">The groups that are watched.</param>
    internal void Run(Automaton automaton, int start, ulong[] below, ulong watched)
    {
        var (bytes, ends) = (trie.Bytes, trie.Ends);
        var (depth, stop) = (0, ends[node]);
        (_states[0], _until[0], _watches[0]) = (start, stop, false);
        for (var i = node + 1; i < stop; _looked++)
        {
            while (i >= _until[depth])
                depth--;
            if (!_watches[depth] && (below[i] & watched) == 0)
            {
                i = ends[i];
                continue;
            }

            var state = automaton.Step(_states[depth], bytes[i]);
            if (state == Automaton.Dead)
            {
                i = ends[i];
                continue;
            }

            var watches = _watches[depth] || (ByteGroups.Of(bytes[i]) & watched) != 0;
            if (watches)
            {
                foreach (var token in trie.Tokens(i))
                    Inside.Add(token);
            }

            if (ends[i] > i + 1)
            {
                depth++;
                (_states[depth], _until[depth], _watches[depth]) = (state, ends[i], watches);
                NoteEnd(automaton.Label(state), i);
            }

            i++;
        }
    }

    void NoteEnd(int label, int at)
    {
        if (label == Automaton.NoLabel)
            return;
        var index = Ends.FindIndex(e => e.Label == label);
        if (index < 0)
            Ends.Add((label, [at]));
        else
            Ends[index].Nodes.Add(at);
    }
}
