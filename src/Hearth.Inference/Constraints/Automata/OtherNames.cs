namespace Hearth.Inference.Constraints.Automata;

/// <summary>A name of a member, in quotes, that is none of some. What needs no escape is written without, so that every name has one spelling.</summary>
sealed class OtherNames : Automaton
{
    readonly TextTree _names;
    readonly List<(int Text, int Node)> _states = [(Start, TextTree.Root)];
    readonly Dictionary<(int Text, int Node), int> _ids = [];

    /// <summary>All but these, which are given as JSON writes them, with their quotes.</summary>
    internal OtherNames(TextTree names)
    {
        _names = names;
        _ids[_states[0]] = Start;
    }

    internal override int Step(int state, byte next)
    {
        var (text, node) = _states[state];
        text = JsonText.Plain.Step(text, next);
        // Once the text is none of the names any more, it has no node.
        node = node == TextTree.None ? node : _names.Step(node, next);
        return text == Dead || IsName(node) ? Dead : Intern((text, node));
    }

    internal override int Label(int state) => JsonText.Plain.Label(_states[state].Text);

    internal override Likeness? SameAs(int state)
    {
        var (text, node) = _states[state];
        return new(JsonText.Plain, text, JsonText.Label0, node == TextTree.None ? null : But(node));
    }

    bool IsName(int node) => node != TextTree.None && _names.TextAt(node) != TextTree.None;

    int Intern((int Text, int Node) at)
    {
        if (!_ids.TryGetValue(at, out var id))
        {
            _ids[at] = id = _states.Count;
            _states.Add(at);
        }

        return id;
    }

    /// <summary>The tokens that begin with the rest of a name, from here on: a name ends with its quote, so nothing else ends inside them.</summary>
    Func<TokenTrie, int, IEnumerable<int>> But(int from) => (trie, root) =>
    {
        var tokens = new List<int>();
        Follow(root, from);
        return tokens;

        void Follow(int at, int node)
        {
            for (var child = at + 1; child < trie.Ends[at]; child = trie.Ends[child])
            {
                var to = _names.Step(node, trie.Bytes[child]);
                if (IsName(to))
                    tokens.AddRange(trie.AllTokens(child));
                else if (to != TextTree.None)
                    Follow(child, to);
            }
        }
    };
}
