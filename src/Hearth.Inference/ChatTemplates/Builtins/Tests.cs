using Hearth.Inference.ChatTemplates.Operations;
using Hearth.Inference.ChatTemplates.Rendering;
using Hearth.Inference.ChatTemplates.Syntax;
using Hearth.Inference.ChatTemplates.Text;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Builtins;

/// <summary>What stands behind <c>is</c>.</summary>
delegate bool Test(Interpreter interpreter, Value value, Arguments arguments);

/// <summary>All tests by name.</summary>
static class Tests
{
    static readonly Dictionary<string, Test> Table = new(StringComparer.Ordinal)
    {
        ["defined"] = Plain(value => value is not UndefinedValue),
        ["undefined"] = Plain(value => value is UndefinedValue),
        ["none"] = Plain(value => value is NoneValue),
        ["boolean"] = Plain(value => value is BoolValue),
        ["true"] = Plain(value => ReferenceEquals(value, BoolValue.True)),
        ["false"] = Plain(value => ReferenceEquals(value, BoolValue.False)),
        ["integer"] = Plain(value => value is IntValue),
        ["float"] = Plain(value => value is FloatValue),
        ["number"] = Plain(NumberText.IsNumber),
        ["string"] = Plain(value => value is TextValue),
        ["mapping"] = Plain(value => value is DictValue),
        ["sequence"] = Plain(value => value is TextValue or SequenceValue or DictValue or RangeValue or UndefinedValue),
        ["iterable"] = Plain(IsIterable),
        ["callable"] = Plain(value => value is CallableValue or UndefinedValue),
        ["escaped"] = Plain(value => value is TextValue { IsMarkup: true }),
        ["odd"] = (interpreter, value, arguments) => Rest(value, Two(arguments), interpreter.Budget) is var rest && ValueComparer.AreEqual(rest, IntValue.Of(1)),
        ["even"] = (interpreter, value, arguments) => Rest(value, Two(arguments), interpreter.Budget) is var rest && ValueComparer.AreEqual(rest, IntValue.Of(0)),
        ["divisibleby"] = (interpreter, value, arguments)
            => ValueComparer.AreEqual(Rest(value, arguments.Bind("divisibleby", 1, "num")[0]!, interpreter.Budget), IntValue.Of(0)),
        ["lower"] = (interpreter, value, arguments) => CaseText.IsLower(Whole(interpreter, value, arguments)),
        ["upper"] = (interpreter, value, arguments) => CaseText.IsUpper(Whole(interpreter, value, arguments)),
        ["sameas"] = (_, value, arguments) => IsSame(value, arguments.Bind("sameas", 1, "other")[0]!),
        ["filter"] = Named(name => Filters.Find(name) is not null),
        ["test"] = Named(name => Find(name) is not null),
        ["in"] = Compared(Comparison.In),
        ["eq"] = Compared(Comparison.Equal),
        ["=="] = Compared(Comparison.Equal),
        ["equalto"] = Compared(Comparison.Equal),
        ["ne"] = Compared(Comparison.NotEqual),
        ["!="] = Compared(Comparison.NotEqual),
        ["lt"] = Compared(Comparison.Less),
        ["<"] = Compared(Comparison.Less),
        ["lessthan"] = Compared(Comparison.Less),
        ["le"] = Compared(Comparison.LessOrEqual),
        ["<="] = Compared(Comparison.LessOrEqual),
        ["gt"] = Compared(Comparison.Greater),
        [">"] = Compared(Comparison.Greater),
        ["greaterthan"] = Compared(Comparison.Greater),
        ["ge"] = Compared(Comparison.GreaterOrEqual),
        [">="] = Compared(Comparison.GreaterOrEqual),
    };

    internal static Test? Find(string name) => Table.GetValueOrDefault(name);

    /// <summary>Whether a loop can walk through a value.</summary>
    internal static bool IsIterable(Value value)
        => value is TextValue or SequenceValue or DictValue or DictViewValue or RangeValue or IteratorValue or UndefinedValue;

    static Test Plain(Func<Value, bool> holds) => (_, value, arguments) =>
    {
        arguments.Bind("a test", 0, []);
        return holds(value);
    };

    static Test Named(Func<string, bool> exists) => (_, value, arguments) =>
    {
        arguments.Bind("a test", 0, []);
        return value is TextValue name && exists(name.Text);
    };

    static Test Compared(Comparison comparison) => (interpreter, value, arguments)
        => Comparisons.Holds(comparison, value, arguments.Bind("a test", 1, comparison == Comparison.In ? "seq" : "b")[0]!, interpreter.Budget);

    static IntValue Two(Arguments arguments)
    {
        arguments.Bind("a test", 0, []);
        return IntValue.Of(2);
    }

    static Value Rest(Value value, Value divisor, Budget budget) => Arithmetic.Apply(BinaryOperator.Modulo, value, divisor, budget);

    static string Whole(Interpreter interpreter, Value value, Arguments arguments)
    {
        arguments.Bind("a test", 0, []);
        return PythonText.Str(value, interpreter.Budget);
    }

    /// <summary>Python keeps one object for each small integer.</summary>
    static bool IsSame(Value left, Value right) => ReferenceEquals(left, right)
        || (left is IntValue a && right is IntValue b && a.Number == b.Number && a.Number >= -5 && a.Number <= 256);
}
