namespace Hearth.Inference.ResponseParsing.Syntax;

/// <summary>How a family writes a call, or several in a list.</summary>
interface ICallSyntax
{
    /// <summary>The markers that stand in it.</summary>
    IEnumerable<string> Markers { get; }

    /// <summary>Reads one item at the cursor and adds its calls.</summary>
    Reading Read(ref TextCursor text, FoundCalls calls);
}
