using Hearth.Inference.ChatTemplates.Operations;
using Hearth.Inference.ChatTemplates.Rendering;

namespace Hearth.Inference.ChatTemplates.Values;

/// <summary>The <c>loop</c> of a <c>for</c>: where it is, and what comes before and after.</summary>
/// <param name="source">What is walked through.</param>
/// <param name="items">Its items, maybe filtered; one is read ahead where <c>last</c> or <c>nextitem</c> ask for it.</param>
/// <param name="depth">How deep a recursive loop is, from 0.</param>
/// <param name="recurse">Renders the loop's body for other items; null where the loop isn't recursive.</param>
/// <param name="budget">Pays for reading ahead.</param>
sealed class LoopValue(Value? source, IEnumerator<Value> items, int depth, Func<Value, int, Value>? recurse, Budget budget) : CallableValue
{
    Value? _before;
    Value? _current;
    Value? _after;
    Value[]? _changed;
    List<Value>? _rest;
    int _index = -1;
    int _taken;
    int _length = -1;

    internal override string TypeName => "LoopContext";

    /// <summary>The item of this turn.</summary>
    internal Value Current => _current!;

    /// <summary>Goes to the next item.</summary>
    internal bool MoveNext()
    {
        if (Peek() is not { } next)
            return false;
        (_before, _current, _after) = (_current, next, null);
        _index++;
        return true;
    }

    internal override Value Call(Interpreter interpreter, Arguments arguments)
    {
        var bound = arguments.Bind("loop", 1, "iterable");
        return recurse is null
            ? throw new ChatTemplateException("the loop must have the 'recursive' marker to be called")
            : recurse(bound[0]!, depth + 1);
    }

    internal Value? Attribute(string name) => name switch
    {
        "index" => IntValue.Of(_index + 1),
        "index0" => IntValue.Of(_index),
        "first" => BoolValue.Of(_index == 0),
        "last" => BoolValue.Of(Peek() is null),
        "length" => IntValue.Of(Length()),
        "revindex" => IntValue.Of(Length() - _index),
        "revindex0" => IntValue.Of(Length() - _index - 1),
        "previtem" => _before ?? new UndefinedValue("there is no previous item"),
        "nextitem" => Peek() ?? new UndefinedValue("there is no next item"),
        "depth" => IntValue.Of(depth + 1),
        "depth0" => IntValue.Of(depth),
        "cycle" => new FunctionValue("method", (_, arguments) => Cycle(arguments.Positional)),
        "changed" => new FunctionValue("method", (_, arguments) => BoolValue.Of(HasChanged(arguments.Positional))),
        _ => null,
    };

    Value? Peek()
    {
        if (_after is not null)
            return _after;
        if (_rest is not null)
            return _after = _taken < _rest.Count ? _rest[_taken++] : null;
        budget.Step();
        return _after = items.MoveNext() ? items.Current : null;
    }

    /// <summary>Sequences know their length; of others, all that is left has to be read.</summary>
    int Length()
    {
        if (_length >= 0)
            return _length;
        if (source is not null && Iteration.Length(source) is { } known)
            return _length = known;
        _ = Peek();
        _rest ??= [];
        while (items.MoveNext())
        {
            budget.Step();
            budget.Allocate(24);
            _rest.Add(items.Current);
        }

        return _length = _index + 1 + (_after is null ? 0 : 1) + _rest.Count;
    }

    Value Cycle(Value[] values)
        => values.Length > 0 ? values[_index % values.Length] : throw new ChatTemplateException("no items for cycling given");

    bool HasChanged(Value[] values)
    {
        if (_changed is not null && ValueComparer.AreEqual(new TupleValue(_changed), new TupleValue(values), budget))
            return false;
        _changed = values;
        return true;
    }
}
