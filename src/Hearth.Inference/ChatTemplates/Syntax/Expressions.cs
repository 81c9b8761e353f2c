using Hearth.Inference.ChatTemplates.Builtins;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Syntax;

/// <summary>An expression and the line on which it stands.</summary>
abstract record Expression(int Line);

/// <summary>A literal.</summary>
sealed record Constant(Value Value, int Line) : Expression(Line);

/// <summary>A variable.</summary>
sealed record Name(string Text, int Line) : Expression(Line);

/// <summary>[a, b]</summary>
sealed record ListDisplay(Expression[] Items, int Line) : Expression(Line);

/// <summary>(a, b)</summary>
sealed record TupleDisplay(Expression[] Items, int Line) : Expression(Line);

/// <summary>{a: b}</summary>
sealed record DictDisplay(KeyValuePair<Expression, Expression>[] Entries, int Line) : Expression(Line);

/// <summary>then if test else otherwise</summary>
sealed record Conditional(Expression Test, Expression Then, Expression? Otherwise, int Line) : Expression(Line);

/// <summary>a and b, a or b: the value of the one that decides.</summary>
sealed record Junction(bool IsAnd, Expression Left, Expression Right, int Line) : Expression(Line);

/// <summary>not a</summary>
sealed record Negation(Expression Operand, int Line) : Expression(Line);

/// <summary>How two values are compared.</summary>
enum Comparison
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
}

/// <summary>a &lt; b &lt; c: true where each pair holds, and the first that doesn't ends it.</summary>
sealed record ComparisonChain(Expression First, KeyValuePair<Comparison, Expression>[] Rest, int Line) : Expression(Line);

/// <summary>An operator between two values.</summary>
enum BinaryOperator
{
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Modulo,
    Power,
}

/// <summary>a + b and its like.</summary>
sealed record Binary(BinaryOperator Operator, Expression Left, Expression Right, int Line) : Expression(Line);

/// <summary>-a, +a</summary>
sealed record Signed(bool IsNegative, Expression Operand, int Line) : Expression(Line);

/// <summary>a ~ b ~ c: all as texts.</summary>
sealed record Joined(Expression[] Items, int Line) : Expression(Line);

/// <summary>a.name</summary>
sealed record AttributeAccess(Expression Object, TextValue Attribute, int Line) : Expression(Line);

/// <summary>a[key]</summary>
sealed record ElementAccess(Expression Object, Expression Key, int Line) : Expression(Line);

/// <summary>a[start:stop:step], as the key of an <see cref="ElementAccess"/>.</summary>
sealed record SliceKey(Expression? Start, Expression? Stop, Expression? Step, int Line) : Expression(Line);

/// <summary>(a, *b, c=d, **e)</summary>
sealed record CallArguments(Expression[] Positional, KeyValuePair<string, Expression>[] Named, Expression? MorePositional, Expression? MoreNamed)
{
    internal static CallArguments None { get; } = new([], [], null, null);
}

/// <summary>a(…)</summary>
sealed record Call(Expression Callee, CallArguments Arguments, int Line) : Expression(Line);

/// <summary>a | filter(…); the input is null where it is a block's text, the filter where there is none of this name.</summary>
sealed record FilterUse(Expression? Input, string FilterName, Filter? Filter, CallArguments Arguments, int Line) : Expression(Line);

/// <summary>a is test(…); the test is null where there is none of this name.</summary>
sealed record TestUse(Expression Input, string TestName, Test? Test, CallArguments Arguments, int Line) : Expression(Line);
