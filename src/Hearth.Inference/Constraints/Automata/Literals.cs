namespace Hearth.Inference.Constraints.Automata;

/// <summary>One of some texts; the label is its index.</summary>
sealed class Literals : Automaton
{
    readonly TextTree _texts = new();

    internal Literals(IEnumerable<ReadOnlyMemory<byte>> texts, bool isShared = false)
    {
        IsShared = isShared;
        var label = 0;
        foreach (var text in texts)
            _texts.Add(text.Span, label++);
    }

    internal override bool IsShared { get; }

    internal override int Step(int state, byte next) => _texts.Step(state, next);

    internal override int Label(int state) => _texts.TextAt(state);
}
