namespace Hearth.Inference.Constraints.Automata;

/// <summary>One of some texts; the label is its index.</summary>
sealed class Literals : Automaton
{
    readonly Dictionary<(int State, byte Next), int> _edges = [];
    readonly List<int> _labels = [NoLabel];

    internal Literals(IEnumerable<ReadOnlyMemory<byte>> texts, bool isShared = false)
    {
        IsShared = isShared;
        var label = 0;
        foreach (var text in texts)
        {
            var state = Start;
            foreach (var b in text.Span)
            {
                if (!_edges.TryGetValue((state, b), out var next))
                {
                    _edges[(state, b)] = next = _labels.Count;
                    _labels.Add(NoLabel);
                }

                state = next;
            }

            // Of equal texts the first one is meant.
            if (_labels[state] == NoLabel)
                _labels[state] = label;
            label++;
        }
    }

    internal override bool IsShared { get; }

    internal override int Step(int state, byte next) => _edges.TryGetValue((state, next), out var to) ? to : Dead;

    internal override int Label(int state) => _labels[state];
}
