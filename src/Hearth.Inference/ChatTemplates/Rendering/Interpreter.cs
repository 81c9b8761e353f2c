using Hearth.Inference.ChatTemplates.Operations;
using Hearth.Inference.ChatTemplates.Syntax;
using Hearth.Inference.ChatTemplates.Text;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Rendering;

/// <summary>Carries out the statements of a template. One instance renders once.</summary>
sealed class Interpreter
{
    readonly ExpressionInterpreter _expressions;
    BoundedText _output;

    internal Interpreter(Budget budget, DateTime now)
    {
        (Budget, Now) = (budget, now);
        _expressions = new(this);
        _output = new(budget, budget.Limits.OutputLength);
    }

    /// <summary>How a sequence of statements ended.</summary>
    enum Flow
    {
        Next,
        Break,
        Continue,
    }

    internal Budget Budget { get; }

    /// <summary>What <c>strftime_now</c> says.</summary>
    internal DateTime Now { get; }

    /// <summary>Where rendering is; errors tell it.</summary>
    internal int Line { get; set; } = 1;

    internal string Render(Statement[] body, Scope variables)
    {
        try
        {
            Run(body, new(variables));
            return _output.ToString();
        }
        catch (ChatTemplateException e)
        {
            throw e.At(Line);
        }
    }

    /// <summary>What statements write, as a text.</summary>
    internal TextValue Captured(Statement[] body, Scope scope) => Captured(body, scope, out _);

    TextValue Captured(Statement[] body, Scope scope, out Flow flow)
    {
        var outside = _output;
        _output = new(Budget, Budget.Limits.OutputLength);
        flow = Run(body, scope);
        var text = new TextValue(_output.ToString());
        _output = outside;
        return text;
    }

    Flow Run(Statement[] body, Scope scope)
    {
        Budget.Enter();
        var flow = Flow.Next;
        for (var i = 0; i < body.Length && flow == Flow.Next; i++)
        {
            Line = body[i].Line;
            Budget.Step();
            flow = Run(body[i], scope);
        }

        Budget.Leave();
        return flow;
    }

    Flow Run(Statement statement, Scope scope)
    {
        switch (statement)
        {
            case Syntax.Text text:
                _output.Append(text.Value);
                return Flow.Next;
            case Print print:
                foreach (var value in print.Values)
                    _output.Append(PythonText.Str(Evaluate(value, scope), Budget));
                return Flow.Next;
            case If branches:
                return Run(branches, scope);
            case For loop:
                return Loop(loop, Evaluate(loop.Items, scope), scope, depth: 0);
            case Set set:
                Assign(set.Target, Evaluate(set.Value, scope), scope);
                return Flow.Next;
            case SetBlock set:
                return Run(set, scope);
            case Macro macro:
                scope.Set(macro.Name, MacroCall.Create(this, macro.Name, macro.Body, scope));
                return Flow.Next;
            case CallBlock call:
                Run(call, scope);
                return Flow.Next;
            case FilterBlock filter:
                var filtered = Captured(filter.Body, new(scope), out var flow);
                if (flow == Flow.Next)
                    Write(_expressions.Filtered(filter.Filter, filtered, scope), "a filter block");
                return flow;
            case With with:
                return Run(with, scope);
            case GenerationBlock generation:
                return Run(generation.Body, new(scope));
            default:
                return ((Jump)statement).IsBreak ? Flow.Break : Flow.Continue;
        }
    }

    internal Value Evaluate(Expression expression, Scope scope) => _expressions.Evaluate(expression, scope);

    Flow Run(If branches, Scope scope)
    {
        foreach (var (test, body) in branches.Branches)
        {
            if (Evaluate(test, scope).IsTrue)
                return Run(body, scope);
        }

        return Run(branches.Otherwise, scope);
    }

    /// <summary>An object of named arguments.</summary>
    internal DictValue Dict(List<KeyValuePair<string, Value>> entries)
    {
        Budget.Items(10L * entries.Count);
        var dict = new DictValue(entries.Count);
        foreach (var (name, value) in entries)
            dict.Set(new TextValue(name), value);
        Budget.Nested(dict.Depth);
        return dict;
    }

    Flow Loop(For statement, Value source, Scope scope, int depth)
    {
        var items = Iteration.Start(source, Budget);
        if (statement.Test is not null)
            items = Filtered(statement, items, scope);
        var loop = new LoopValue(statement.Test is null ? source : null, items, depth, statement.IsRecursive ? Recurse : null, Budget);
        var completed = false;
        while (loop.MoveNext())
        {
            Budget.Step();
            Budget.Allocate(400);
            var turn = new Scope(scope);
            turn.Set("loop", loop);
            Assign(statement.Target, loop.Current, turn);
            var flow = Run(statement.Body, turn);
            if (flow == Flow.Break)
                break;
            completed |= flow == Flow.Next;
        }

        // As in Jinja, "else" stands for "no turn came to its end": a break or continue in the only turn leads there too.
        return completed ? Flow.Next : Run(statement.Otherwise, new(scope));

        Value Recurse(Value inner, int level)
        {
            var outside = _output;
            _output = new(Budget, Budget.Limits.OutputLength);
            Budget.Enter();
            Loop(statement, inner, scope, level);
            Budget.Leave();
            var text = new TextValue(_output.ToString());
            _output = outside;
            return text;
        }
    }

    IEnumerator<Value> Filtered(For statement, IEnumerator<Value> items, Scope scope)
    {
        while (items.MoveNext())
        {
            Budget.Step();
            Budget.Allocate(300);
            var turn = new Scope(scope);
            Assign(statement.Target, items.Current, turn);
            if (Evaluate(statement.Test!, turn).IsTrue)
                yield return items.Current;
        }
    }

    Flow Run(SetBlock set, Scope scope)
    {
        var text = Captured(set.Body, new(scope), out var flow);
        if (flow == Flow.Next)
            Assign(set.Target, set.Filter is null ? text : _expressions.Filtered(set.Filter, text, scope), scope);
        return flow;
    }

    void Run(CallBlock block, Scope scope)
    {
        var caller = MacroCall.Create(this, null, block.Body, scope);
        Write(_expressions.Call(block.Call, scope, KeyValuePair.Create("caller", (Value)caller)), "a call block");
    }

    void Write(Value value, string what)
        => _output.Append(value is TextValue text ? text.Text : throw new ChatTemplateException($"{what} gives a text, not {value.TypeName}"));

    Flow Run(With with, Scope scope)
    {
        var inside = new Scope(scope);
        foreach (var (target, value) in with.Assignments)
            Assign(target, Evaluate(value, scope), inside);
        return Run(with.Body, inside);
    }

    void Assign(Target target, Value value, Scope scope)
    {
        switch (target)
        {
            case NameTarget name:
                Budget.Allocate(64);
                scope.Set(name.Name, value);
                break;
            case NamespaceTarget name:
                if (scope.Find(name.Name, Budget) is not NamespaceValue space)
                    throw new ChatTemplateException("can't set an attribute of what is no namespace");
                Budget.Allocate(128);
                space.Attributes.Set(new TextValue(name.Attribute), value);
                break;
            case TupleTarget tuple:
                var items = value is SequenceValue or TextValue or DictValue or RangeValue or DictViewValue or IteratorValue or UndefinedValue
                    ? Iteration.All(value, Budget)
                    : throw new ChatTemplateException($"cannot unpack non-iterable {value.TypeName} object");
                if (items.Length != tuple.Items.Length)
                    throw new ChatTemplateException($"{items.Length} values can't be unpacked into {tuple.Items.Length} names");
                for (var i = 0; i < items.Length; i++)
                    Assign(tuple.Items[i], items[i], scope);
                break;
        }
    }
}
