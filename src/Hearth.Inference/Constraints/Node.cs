using Hearth.Inference.Constraints.Automata;

namespace Hearth.Inference.Constraints;

/// <summary>What may come at a place of a text: a context-free grammar whose smallest parts are regular languages. Unfolded as far as a text goes.</summary>
abstract class Node
{
    /// <summary>The end of what was called.</summary>
    internal static readonly Node Return = new Leave();

    sealed class Leave : Node;
}

/// <summary>A text of an automaton; what comes then depends on its label.</summary>
sealed class Lexeme(Automaton automaton, Func<int, Node> next) : Node
{
    readonly Dictionary<int, Node> _next = [];

    /// <summary>A text, and then always the same.</summary>
    internal Lexeme(Automaton automaton, Node next)
        : this(automaton, _ => next)
    {
    }

    internal Automaton Automaton => automaton;

    internal Node Next(int label)
    {
        if (!_next.TryGetValue(label, out var node))
            _next[label] = node = next(label);
        return node;
    }
}

/// <summary>One of several; none is a dead end.</summary>
sealed class Either(IReadOnlyList<Node> ways) : Node
{
    internal IReadOnlyList<Node> Ways => ways;
}

/// <summary>A value, whose own nodes end with <see cref="Node.Return"/>, and what comes after it.</summary>
sealed class Call(Func<Node> value, Node next) : Node
{
    readonly Lazy<Node> _value = new(value);

    internal Node Value => _value.Value;

    internal Node Next => next;
}

/// <summary>A node that is made when it is reached, for circles.</summary>
sealed class Later(Func<Node> make) : Node
{
    readonly Lazy<Node> _node = new(make);

    internal Node Node => _node.Value;
}
