namespace Hearth.Inference.Constraints.Automata;

/// <summary>A name of a member, in quotes, that is none of some. What needs no escape is written without, so that every name has one spelling.</summary>
sealed class OtherNames : Automaton
{
    // What is left of the names once the text is none of them any more.
    const int None = -1;

    readonly Dictionary<(int Node, byte Next), int> _edges = [];
    readonly List<bool> _isName = [false];
    readonly List<(int Text, int Node)> _states = [(Start, 0)];
    readonly Dictionary<(int Text, int Node), int> _ids = [];

    /// <summary>All but these, which are given as JSON writes them, with their quotes.</summary>
    internal OtherNames(IEnumerable<byte[]> names)
    {
        _ids[_states[0]] = Start;
        foreach (var name in names)
        {
            var node = 0;
            foreach (var b in name)
            {
                if (!_edges.TryGetValue((node, b), out var next))
                {
                    _edges[(node, b)] = next = _isName.Count;
                    _isName.Add(false);
                }

                node = next;
            }

            _isName[node] = true;
        }
    }

    internal override int Step(int state, byte next)
    {
        var (text, node) = _states[state];
        text = JsonText.Plain.Step(text, next);
        node = node != None && _edges.TryGetValue((node, next), out var to) ? to : None;
        return text == Dead || (node != None && _isName[node]) ? Dead : Intern((text, node));
    }

    internal override int Label(int state) => JsonText.Plain.Label(_states[state].Text);

    internal override Likeness? SameAs(int state)
    {
        var (text, node) = _states[state];
        return new(JsonText.Plain, text, JsonText.Label0, node == None ? null : But(node));
    }

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
                if (!_edges.TryGetValue((node, trie.Bytes[child]), out var to))
                    continue;
                if (_isName[to])
                    tokens.AddRange(trie.AllTokens(child));
                else
                    Follow(child, to);
            }
        }
    };
}
