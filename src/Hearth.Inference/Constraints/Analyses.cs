using Hearth.Inference.Constraints.Automata;

namespace Hearth.Inference.Constraints;

/// <summary>Analyses that were made, so that each is made once. Those of automata that serve all requests are kept for all; the others go with their request.</summary>
/// <param name="vocabulary">Tokens of the vocabulary.</param>
/// <param name="shared">The analyses that are kept for all; null if these are they.</param>
sealed class Analyses(int vocabulary, Analyses? shared = null)
{
    readonly Dictionary<(Automaton Automaton, int State, TokenTrie Trie, int Node), Analysis> _made = [];
    readonly Dictionary<(Automaton Automaton, int State, TokenTrie Trie, int Node), CountedAnalysis> _counted = [];
    readonly Lock _lock = new();

    /// <summary>What a state makes of the tokens below a node.</summary>
    internal Analysis Of(Automaton automaton, int state, TokenTrie trie, int node)
    {
        var keeper = KeeperOf(automaton);
        state = automaton.Canonical(state, trie.Longest);
        return keeper.Get(keeper._made, (automaton, state, trie, node), Make);
    }

    Analyses KeeperOf(Automaton automaton) => shared is not null && automaton.IsShared ? shared : this;

    T Get<T>(Dictionary<(Automaton, int, TokenTrie, int), T> known, (Automaton Automaton, int State, TokenTrie Trie, int Node) key, Func<Automaton, int, TokenTrie, int, T> make)
    {
        lock (_lock)
        {
            if (known.TryGetValue(key, out var found))
                return found;
        }

        var made = make(key.Automaton, key.State, key.Trie, key.Node);
        lock (_lock)
            return known[key] = made;
    }

    /// <summary>From what is known of another automaton where that is possible: going through the tokens takes far longer.</summary>
    Analysis Make(Automaton automaton, int state, TokenTrie trie, int node)
    {
        if (automaton.SameAs(state) is { } same)
        {
            var like = Of(same.Automaton, same.State, trie, node);
            if (same.Except?.Invoke(trie, node) is { Count: > 0 } branches)
                like = like.Without(trie, branches);
            return like with { Exits = [.. like.Exits.Select(e => e with { Label = same.Label })] };
        }

        if (automaton.CountedAs(state) is { } counted)
        {
            var keeper = KeeperOf(counted.Automaton);
            return keeper.Get(keeper._counted, (counted.Automaton, counted.State, trie, node), (a, s, t, n) => new CountedAnalysis(a, s, t, n, vocabulary)).Between(counted.Least, counted.Most);
        }

        var search = new TokenSearch(trie, node);
        search.Run(automaton, state);
        return new(TokenSet.Of(search.Inside, vocabulary), [.. search.Ends.Select(e => Exit.Of(e.Label, trie, e.Nodes))]);
    }
}
