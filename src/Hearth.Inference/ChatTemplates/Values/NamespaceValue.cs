namespace Hearth.Inference.ChatTemplates.Values;

/// <summary>The one value that a template can change: how a loop hands something to what follows it.</summary>
sealed class NamespaceValue(DictValue attributes) : Value
{
    internal DictValue Attributes => attributes;

    internal override string TypeName => "Namespace";
}
