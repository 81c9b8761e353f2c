using Hearth.Inference.ChatTemplates.Builtins;
using Hearth.Inference.ChatTemplates.Operations;
using Hearth.Inference.ChatTemplates.Syntax;
using Hearth.Inference.ChatTemplates.Text;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Rendering;

/// <summary>Computes expressions.</summary>
sealed class ExpressionInterpreter(Interpreter interpreter)
{
    Budget Budget => interpreter.Budget;

    internal Value Evaluate(Expression expression, Scope scope)
    {
        switch (expression)
        {
            case Constant constant:
                return constant.Value;
            case Name name:
                return Variable(name, scope);
        }

        Budget.Enter();
        Budget.Step();
        var value = Compute(expression, scope);
        Budget.Leave();
        return value;
    }

    Value Compute(Expression expression, Scope scope)
    {
        switch (expression)
        {
            case AttributeAccess access:
                return Lookup.Attribute(Evaluate(access.Object, scope), access.Attribute, Budget);
            case ElementAccess access:
                return Element(access, scope);
            case Call call:
                return Call(call, scope);
            case FilterUse use:
                return Filtered(use, null, scope);
            case TestUse use:
                var input = Evaluate(use.Input, scope);
                var arguments = Arguments(use.Arguments, scope);
                interpreter.Line = use.Line;
                return BoolValue.Of((use.Test ?? throw new ChatTemplateException($"there is no test named '{use.TestName}'"))(interpreter, input, arguments));
            case Conditional conditional:
                return Evaluate(conditional.Test, scope).IsTrue ? Evaluate(conditional.Then, scope)
                    : conditional.Otherwise is not null ? Evaluate(conditional.Otherwise, scope)
                    : new UndefinedValue("an inline 'if' without 'else' was false");
            case Junction junction:
                var left = Evaluate(junction.Left, scope);
                return left.IsTrue == junction.IsAnd ? Evaluate(junction.Right, scope) : left;
            case Negation negation:
                return BoolValue.Of(!Evaluate(negation.Operand, scope).IsTrue);
            case ComparisonChain chain:
                return Compared(chain, scope);
            case Binary binary:
                return Arithmetic.Apply(binary.Operator, Evaluate(binary.Left, scope), Evaluate(binary.Right, scope), Budget);
            case Signed signed:
                var operand = Evaluate(signed.Operand, scope);
                return signed.IsNegative ? Arithmetic.Negate(operand) : Arithmetic.Plus(operand);
            case Joined joined:
                return Together(joined, scope);
            case ListDisplay list:
                return Concatenation.List(Items(list.Items, scope), Budget);
            case TupleDisplay tuple:
                var items = new TupleValue(Items(tuple.Items, scope));
                Budget.Nested(items.Depth);
                return items;
            case DictDisplay dict:
                return Dict(dict, scope);
            default:
                throw new ChatTemplateException("a slice stands alone between brackets");
        }
    }

    Value Variable(Name name, Scope scope)
    {
        if ((scope.Find(name.Text, Budget) ?? Globals.Find(name.Text)) is { } value)
            return value;
        Budget.Allocate(160);
        return new UndefinedValue($"'{name.Text}' is undefined");
    }

    Value Element(ElementAccess access, Scope scope)
    {
        var value = Evaluate(access.Object, scope);
        return access.Key is SliceKey slice
            ? Slicing.Slice(value, Optional(slice.Start, scope), Optional(slice.Stop, scope), Optional(slice.Step, scope), Budget)
            : Lookup.Element(value, Evaluate(access.Key, scope), Budget);
    }

    Value? Optional(Expression? expression, Scope scope) => expression is null ? null : Evaluate(expression, scope);

    /// <summary>A call; a call block adds its <c>caller</c>.</summary>
    internal Value Call(Call call, Scope scope, params ReadOnlySpan<KeyValuePair<string, Value>> more)
    {
        var callee = Evaluate(call.Callee, scope);
        var arguments = Arguments(call.Arguments, scope, more);
        interpreter.Line = call.Line;
        Budget.Allocate(64);
        return callee switch
        {
            CallableValue function => function.Call(interpreter, arguments),
            UndefinedValue undefined => throw undefined.Error(),
            _ => throw new ChatTemplateException($"'{callee.TypeName}' object is not callable"),
        };
    }

    /// <summary>The value of a filter; <paramref name="block"/> is the input of the innermost one where it stands at a block.</summary>
    internal Value Filtered(Expression expression, Value? block, Scope scope)
    {
        var use = (FilterUse)expression;
        var input = use.Input is null ? block! : use.Input is FilterUse && block is not null ? Filtered(use.Input, block, scope) : Evaluate(use.Input, scope);
        var arguments = Arguments(use.Arguments, scope);
        interpreter.Line = use.Line;
        Budget.Step();
        return (use.Filter ?? throw new ChatTemplateException($"there is no filter named '{use.FilterName}'"))(interpreter, input, arguments);
    }

    Arguments Arguments(CallArguments arguments, Scope scope, params ReadOnlySpan<KeyValuePair<string, Value>> more)
    {
        if (ReferenceEquals(arguments, CallArguments.None) && more.IsEmpty)
            return Values.Arguments.None;
        var positional = Items(arguments.Positional, scope);
        var named = new List<KeyValuePair<string, Value>>();
        foreach (var (name, value) in arguments.Named)
            named.Add(KeyValuePair.Create(name, Evaluate(value, scope)));
        named.AddRange(more);
        if (arguments.MorePositional is not null)
            positional = ((SequenceValue)Concatenation.Add(new ListValue(positional), new ListValue(Iteration.All(Evaluate(arguments.MorePositional, scope), Budget)), Budget)!).Items;
        if (arguments.MoreNamed is not null)
            Spread(Evaluate(arguments.MoreNamed, scope), named);
        Budget.Items(3L * named.Count);
        return new(positional, [.. named]);
    }

    void Spread(Value value, List<KeyValuePair<string, Value>> named)
    {
        if (value is not DictValue dict)
            throw value is UndefinedValue undefined ? undefined.Error() : new ChatTemplateException($"what follows ** must be a mapping, not {value.TypeName}");
        Budget.Items(4L * dict.Count);
        foreach (var (key, entry) in dict.Entries)
        {
            if (key is not TextValue name)
                throw new ChatTemplateException("keywords must be strings");
            if (named.Exists(n => n.Key == name.Text))
                throw new ChatTemplateException("an argument is given twice");
            Budget.Work(64L * named.Count);
            named.Add(KeyValuePair.Create(name.Text, entry));
        }
    }

    Value[] Items(Expression[] expressions, Scope scope)
    {
        Budget.Items(expressions.Length);
        var items = new Value[expressions.Length];
        for (var i = 0; i < items.Length; i++)
            items[i] = Evaluate(expressions[i], scope);
        return items;
    }

    DictValue Dict(DictDisplay display, Scope scope)
    {
        Budget.Items(10L * display.Entries.Length);
        var dict = new DictValue(display.Entries.Length);
        foreach (var (key, value) in display.Entries)
            dict.Set(Evaluate(key, scope), Evaluate(value, scope));
        Budget.Nested(dict.Depth);
        return dict;
    }

    TextValue Together(Joined joined, Scope scope)
    {
        var parts = new string[joined.Items.Length];
        var length = 0L;
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = PythonText.Str(Evaluate(joined.Items[i], scope), Budget);
            length += parts[i].Length;
        }

        Budget.Text(length);
        return new(string.Concat(parts));
    }

    BoolValue Compared(ComparisonChain chain, Scope scope)
    {
        var left = Evaluate(chain.First, scope);
        foreach (var (comparison, expression) in chain.Rest)
        {
            var right = Evaluate(expression, scope);
            if (!Comparisons.Holds(comparison, left, right, Budget))
                return BoolValue.False;
            left = right;
        }

        return BoolValue.True;
    }

}
