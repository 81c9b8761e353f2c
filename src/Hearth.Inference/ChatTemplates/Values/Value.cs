namespace Hearth.Inference.ChatTemplates.Values;

/// <summary>A value of the template language. The kinds in this folder are all there are: no object of the host ever becomes one.</summary>
abstract class Value
{
    /// <summary>What Python calls the type; error messages name it.</summary>
    internal abstract string TypeName { get; }

    /// <summary>Whether a condition takes it for true.</summary>
    internal virtual bool IsTrue => true;

    /// <summary>How many levels of values it holds.</summary>
    internal virtual int Depth => 0;

    /// <summary>How many values it is when written out, itself included; what is held twice counts twice.</summary>
    internal virtual long Weight => 1;

    /// <summary>The sum of two weights, which lists of lists of the same lists would drive over any limit.</summary>
    private protected static long Sum(long left, long right) => Math.Min(left + right, 1L << 40);
}

/// <summary>Python's <c>None</c>.</summary>
sealed class NoneValue : Value
{
    internal static readonly NoneValue Instance = new();

    NoneValue()
    {
    }

    internal override string TypeName => "NoneType";

    internal override bool IsTrue => false;
}

/// <summary>What a name or an attribute gives that isn't there: prints as nothing, counts as false, fails at almost everything else.</summary>
sealed class UndefinedValue(string reason) : Value
{
    /// <summary>Why there is nothing; becomes the error once it is used.</summary>
    internal string Reason => reason;

    internal override string TypeName => "Undefined";

    internal override bool IsTrue => false;

    internal ChatTemplateException Error() => new(reason);
}
