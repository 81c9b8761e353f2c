using Hearth.Inference.Constraints.Automata;

namespace Hearth.Inference.Constraints;

/// <summary>Analyses that were made, so that each is made once. Those that serve all requests are kept for all; the others go with their request.</summary>
/// <param name="strings">What is known of the vocabulary's tokens inside any string.</param>
/// <param name="shared">The analyses that are kept for all; null if these are they.</param>
/// <param name="budget">What making them may take; null for any.</param>
sealed class Analyses(StringTokens strings, Analyses? shared = null, MaskBudget? budget = null)
{
    /// <summary>Beyond this all are forgotten, and made anew where they are needed: a text can go through more states than memory should be spent on.</summary>
    internal const long MostBytes = 32 << 20;

    /// <summary>What one takes at least.</summary>
    const int EntryBytes = 256;

    readonly Dictionary<(Automaton Automaton, int State, TokenTrie Trie, int Node), Analysis> _made = [];
    readonly Dictionary<(Automaton Automaton, int State, TokenTrie Trie, int Node), CountedAnalysis> _counted = [];
    readonly Lock _lock = new();

    /// <summary>Roughly what is kept.</summary>
    internal long Bytes { get; private set; }

    /// <summary>What a state makes of the tokens below a node.</summary>
    internal Analysis Of(Automaton automaton, int state, TokenTrie trie, int node)
    {
        var keeper = KeeperOf(automaton, trie);
        state = automaton.Canonical(state, trie.Longest);
        return keeper.Get(keeper._made, (automaton, state, trie, node), MakeWithin, static made => made.Bytes);
    }

    /// <summary>The tokens below a node by how many characters of the text they hold.</summary>
    internal CountedAnalysis Counted(Automaton automaton, int state, TokenTrie trie, int node)
    {
        var keeper = KeeperOf(automaton, trie);
        return keeper.Get(keeper._counted, (automaton, state, trie, node), Count, static made => made.Bytes);
    }

    Analyses KeeperOf(Automaton automaton, TokenTrie trie) => shared is not null && automaton.IsShared && trie.IsShared ? shared : this;

    T Get<T>(
        Dictionary<(Automaton, int, TokenTrie, int), T> known, (Automaton Automaton, int State, TokenTrie Trie, int Node) key, Func<Automaton, int, TokenTrie, int, T> make, Func<T, long> size)
    {
        lock (_lock)
        {
            if (known.TryGetValue(key, out var found))
                return found;
        }

        var made = make(key.Automaton, key.State, key.Trie, key.Node);
        lock (_lock)
        {
            var bytes = EntryBytes + size(made);
            if ((Bytes += bytes) > MostBytes)
            {
                _made.Clear();
                _counted.Clear();
                Bytes = bytes;
            }

            return known[key] = made;
        }
    }

    CountedAnalysis Count(Automaton automaton, int state, TokenTrie trie, int node)
    {
        var made = new CountedAnalysis(automaton, state, trie, node, strings.Vocabulary);
        budget?.Take(made.Work + made.Bytes);
        return made;
    }

    Analysis MakeWithin(Automaton automaton, int state, TokenTrie trie, int node)
    {
        var made = Make(automaton, state, trie, node);
        budget?.Take(made.Work + made.Bytes);
        return made;
    }

    /// <summary>From what is known of another automaton, or of any string, where that is possible: going through all tokens takes far longer.</summary>
    Analysis Make(Automaton automaton, int state, TokenTrie trie, int node)
    {
        if (automaton.SameAs(state) is { } same)
        {
            var like = Of(same.Automaton, same.State, trie, node);
            var except = same.Except is { } but ? like.Except.Concat(but(trie, node)).ToArray() : like.Except;
            return like with { Exits = [.. like.Exits.Select(e => e with { Label = same.Label })], Except = except, Bytes = sizeof(int) * except.Length, Work = except.Length };
        }

        if (automaton.CountedAs(state) is { } counted)
            return Counted(counted.Automaton, counted.State, trie, node).Between(counted.Least, counted.Most);
        if (strings.Knows(trie, node) && automaton.Watched(state, trie.Longest) is { } watched)
            return strings.Analyse(automaton, state, watched);

        var search = new TokenSearch(trie, node);
        search.Run(automaton, state);
        return search.Found(strings.Vocabulary, isShared: automaton.IsShared && trie.IsShared);
    }
}
