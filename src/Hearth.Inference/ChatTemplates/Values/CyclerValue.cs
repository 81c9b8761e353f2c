using Hearth.Inference.ChatTemplates.Rendering;

namespace Hearth.Inference.ChatTemplates.Values;

/// <summary>What <c>cycler(a, b, …)</c> gives: its values in turn.</summary>
sealed class CyclerValue(Value[] values) : Value
{
    int _position;

    internal override string TypeName => "Cycler";

    internal Value Current => values[_position];

    internal Value Next()
    {
        var current = values[_position];
        _position = (_position + 1) % values.Length;
        return current;
    }

    internal void Reset() => _position = 0;
}

/// <summary>What <c>joiner(separator)</c> gives: nothing at the first call, the separator from then on.</summary>
sealed class JoinerValue(Value separator) : CallableValue
{
    bool _used;

    internal override string TypeName => "Joiner";

    internal override Value Call(Interpreter interpreter, Arguments arguments)
    {
        var wasUsed = _used;
        _used = true;
        return wasUsed ? separator : TextValue.Empty;
    }
}
