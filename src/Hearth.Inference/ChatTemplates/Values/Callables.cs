using Hearth.Inference.ChatTemplates.Rendering;

namespace Hearth.Inference.ChatTemplates.Values;

/// <summary>Something that can be called.</summary>
abstract class CallableValue : Value
{
    internal abstract Value Call(Interpreter interpreter, Arguments arguments);
}

/// <summary>What a function or a bound method does.</summary>
delegate Value FunctionBody(Interpreter interpreter, Arguments arguments);

/// <summary>A function of the language, or a method together with its value.</summary>
sealed class FunctionValue(string typeName, FunctionBody body) : CallableValue
{
    internal override string TypeName => typeName;

    internal override Value Call(Interpreter interpreter, Arguments arguments) => body(interpreter, arguments);
}

/// <summary>What a call hands over: values by position, then values by name.</summary>
readonly struct Arguments(Value[] positional, KeyValuePair<string, Value>[] named)
{
    internal static Arguments None => new([], []);

    internal Value[] Positional => positional;

    internal KeyValuePair<string, Value>[] Named => named;

    /// <summary>Lays the arguments out in the order of the parameters; null for those that weren't given.</summary>
    internal Value?[] Bind(string function, int required, params ReadOnlySpan<string> parameters)
    {
        if (positional.Length > parameters.Length)
            throw new ChatTemplateException($"{function}() takes {parameters.Length} arguments but {positional.Length} were given");
        var bound = new Value?[parameters.Length];
        positional.CopyTo(bound, 0);
        foreach (var (name, value) in named)
        {
            var index = parameters.IndexOf(name);
            if (index < 0)
                throw new ChatTemplateException($"{function}() got an unexpected keyword argument");
            if (bound[index] is not null)
                throw new ChatTemplateException($"{function}() got multiple values for argument '{parameters[index]}'");
            bound[index] = value;
        }

        for (var i = 0; i < required; i++)
        {
            if (bound[i] is null)
                throw new ChatTemplateException($"{function}() misses the required argument '{parameters[i]}'");
        }

        return bound;
    }

    /// <summary>The same for parameters that have no names, as most methods of Python's own types.</summary>
    internal Value?[] Bind(string function, int required, int most)
    {
        if (named.Length > 0)
            throw new ChatTemplateException($"{function}() takes no keyword arguments");
        if (positional.Length < required || positional.Length > most)
            throw new ChatTemplateException($"{function}() takes {required} to {most} arguments but {positional.Length} were given");
        var bound = new Value?[most];
        positional.CopyTo(bound, 0);
        return bound;
    }
}
