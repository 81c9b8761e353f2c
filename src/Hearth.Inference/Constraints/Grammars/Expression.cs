using Hearth.Inference.Constraints.Texts;

namespace Hearth.Inference.Constraints.Grammars;

/// <summary>The right side of a rule, or a part of it.</summary>
abstract record Expression
{
    /// <summary>A literal or a class of characters.</summary>
    internal sealed record Characters(Regex Regex, bool IsEmpty) : Expression;

    /// <summary>One after another.</summary>
    internal sealed record Sequence(IReadOnlyList<Expression> Items) : Expression;

    /// <summary>One of several.</summary>
    internal sealed record Choice(IReadOnlyList<Expression> Ways) : Expression;

    /// <summary>Again and again, from least to most times; null for any number.</summary>
    internal sealed record Repetition(Expression Item, int Least, int? Most) : Expression;

    /// <summary>What another rule says.</summary>
    internal sealed record Reference(string Name, Position At) : Expression
    {
        /// <summary>Not the name: it is the words of whoever asks.</summary>
        public override string ToString() => nameof(Reference);
    }
}

/// <summary>A place in a grammar, counted from 1.</summary>
readonly record struct Position(int Line, int Column)
{
    public override string ToString() => $"line {Line}, column {Column}";
}
