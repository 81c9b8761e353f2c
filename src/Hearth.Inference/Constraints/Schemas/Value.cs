namespace Hearth.Inference.Constraints.Schemas;

/// <summary>A value that a schema describes: one of some shapes.</summary>
sealed class Value
{
    Node? _node;

    internal List<IShape> Shapes { get; } = [];

    /// <summary>True if there is such a value at all. Known once everything is compiled; until then, whether it is known already.</summary>
    internal bool IsPossible { get; private set; }

    /// <summary>Ends with <see cref="Node.Return"/>.</summary>
    internal Node Node => _node ??= Shapes.FindAll(s => s.IsPossible()) is [var only] ? only.ToNode() : new Either([.. Shapes.Where(s => s.IsPossible()).Select(s => s.ToNode())]);

    /// <summary>Looks again; true where something has changed.</summary>
    internal bool Settle()
    {
        if (IsPossible || !Shapes.Exists(s => s.IsPossible()))
            return false;
        return IsPossible = true;
    }
}

/// <summary>Values of one type.</summary>
interface IShape
{
    /// <summary>True if there is one, as far as is known of the values inside.</summary>
    bool IsPossible();

    /// <summary>Ends with <see cref="Node.Return"/>.</summary>
    Node ToNode();
}

/// <summary>A value without others inside.</summary>
sealed class Scalar(Automata.Automaton automaton) : IShape
{
    public bool IsPossible() => true;

    public Node ToNode() => new Lexeme(automaton, Node.Return);
}
