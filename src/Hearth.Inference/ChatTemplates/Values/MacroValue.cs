using Hearth.Inference.ChatTemplates.Rendering;

namespace Hearth.Inference.ChatTemplates.Values;

/// <summary>A macro: renders its body with the arguments and gives the text.</summary>
/// <param name="name">Its name; null for the body of a <c>call</c> block.</param>
/// <param name="parameters">The names of its parameters.</param>
/// <param name="body">What a call does.</param>
sealed class MacroValue(string? name, string[] parameters, FunctionBody body) : CallableValue
{
    internal string? Name => name;

    internal override string TypeName => "Macro";

    internal override Value Call(Interpreter interpreter, Arguments arguments) => body(interpreter, arguments);

    internal Value? Attribute(string attribute) => attribute switch
    {
        "name" => name is null ? NoneValue.Instance : new TextValue(name),
        "arguments" => new TupleValue([.. parameters.Select(p => new TextValue(p))]),
        _ => null,
    };
}
