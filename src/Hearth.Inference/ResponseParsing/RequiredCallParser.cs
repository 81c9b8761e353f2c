using System.Text;
using Hearth.Inference.ResponseParsing.Syntax;

namespace Hearth.Inference.ResponseParsing;

/// <summary>All is one call, written as JSON.</summary>
sealed class RequiredCallParser(OfferedTools tools) : IResponseParser
{
    static readonly JsonCalls Syntax = new();

    readonly StringBuilder _text = new();

    public bool IsInContent => true;

    public string? IncompleteCall { get; private set; }

    public ResponsePiece Append(string piece, bool isLast)
    {
        _text.Append(piece);
        if (!isLast)
            return new("", "", []);
        var cursor = new TextCursor(_text.ToString());
        var found = new FoundCalls(tools, isWeak: false);
        cursor.SkipSpace();
        if (Syntax.Read(ref cursor, found) != Reading.Done)
            IncompleteCall = found.Begun ?? "";
        return new("", "", found.All);
    }
}
