namespace Hearth.Inference.ResponseParsing;

/// <summary>Splits one answer, which arrives in pieces, into content, reasoning and calls. How it is cut into pieces does not change what it says.</summary>
interface IResponseParser
{
    /// <summary>Takes the next piece, and lets out what can no longer become anything else.</summary>
    /// <param name="piece">Any text.</param>
    /// <param name="isLast">True: nothing follows, and all is let out.</param>
    ResponsePiece Append(string piece, bool isLast);

    /// <summary>True where what comes next is content, and not reasoning or a header.</summary>
    bool IsInContent { get; }

    /// <summary>After the last piece: the name of a call that the answer ended in, empty where not even that is known; null where all calls are complete.</summary>
    string? IncompleteCall { get; }
}

/// <summary>All is content.</summary>
sealed class PlainParser : IResponseParser
{
    public bool IsInContent => true;

    public string? IncompleteCall => null;

    public ResponsePiece Append(string piece, bool isLast) => new(piece, "", []);
}
