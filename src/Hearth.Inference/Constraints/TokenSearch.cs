using Hearth.Inference.Constraints.Automata;

namespace Hearth.Inference.Constraints;

/// <summary>Goes through the tokens below a node with an automaton.</summary>
/// <param name="trie">The tokens.</param>
/// <param name="node">Where to begin.</param>
sealed class TokenSearch(TokenTrie trie, int node)
{
    // The state after each byte of the way to the present node.
    readonly int[] _states = new int[trie.Longest + 1];
    readonly int[] _until = new int[trie.Longest + 1];

    /// <summary>Tokens whose last byte is inside the language.</summary>
    internal List<int> Inside { get; } = [];

    /// <summary>For each label the nodes, with tokens below, at which a text may end.</summary>
    internal List<(int Label, List<int> Nodes)> Ends { get; } = [];

    internal void Run(Automaton automaton, int start)
    {
        if (!trie.IsLeaf(node))
            NoteEnd(automaton.Label(start), node);
        var (bytes, ends) = (trie.Bytes, trie.Ends);
        var (depth, stop) = (0, ends[node]);
        (_states[0], _until[0]) = (start, stop);
        for (var i = node + 1; i < stop;)
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
