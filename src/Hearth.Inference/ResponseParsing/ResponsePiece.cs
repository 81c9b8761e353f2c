namespace Hearth.Inference.ResponseParsing;

/// <summary>What a piece of an answer adds.</summary>
/// <param name="Text">To the content.</param>
/// <param name="Reasoning">To the reasoning.</param>
/// <param name="Calls">Calls that became complete.</param>
readonly record struct ResponsePiece(string Text, string Reasoning, IReadOnlyList<FoundCall> Calls)
{
    /// <summary>That there is a piece, never what it says.</summary>
    public override string ToString() => nameof(ResponsePiece);
}
