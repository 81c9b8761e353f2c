using System.Text;
using System.Text.RegularExpressions;
using Hearth.Inference.ResponseParsing.Syntax;

namespace Hearth.Inference.ResponseParsing;

/// <summary>Reads the messages of OpenAI's Harmony format, which gpt-oss writes: a header that names channel and recipient, then the text.</summary>
/// <remarks>
/// <c>&lt;|start|&gt;ROLE to=RECIPIENT&lt;|channel|&gt;CHANNEL to=RECIPIENT &lt;|constrain|&gt;json&lt;|message|&gt;TEXT&lt;|end|&gt;</c>. The prompt
/// gives the first start and role. https://cookbook.openai.com/articles/openai-harmony
/// </remarks>
sealed partial class HarmonyParser(OfferedTools tools) : IResponseParser
{
    const string HeaderEnd = "<|message|>", Start = "<|start|>", Functions = "functions.";

    /// <summary>Characters that a header, and a call, may have; what is longer is content.</summary>
    const int LargestHeader = 1024, LargestCall = 1 << 20;

    static readonly string[] Ends = ["<|end|>", "<|call|>", "<|return|>", Start];

    /// <summary>How a header begins; an answer that begins otherwise is content.</summary>
    static readonly string[] Beginnings = ["<|channel|>", Start, HeaderEnd, "to=", "<|constrain|>"];

    readonly TextBuffer _held = new();
    readonly ResponseOutput _output = new();
    Part _part;
    string _function = "";
    int _searched;

    /// <summary>Every control token of the format.</summary>
    internal static IReadOnlyList<string> Markers => ["<|channel|>", HeaderEnd, "<|constrain|>", .. Ends];

    public bool IsInContent => _part == Part.Content;

    public string? IncompleteCall { get; private set; }

    public ResponsePiece Append(string piece, bool isLast)
    {
        _held.Append(piece);
        while (_part switch
        {
            Part.Header => ReadHeader(isLast),
            Part.Call => ReadCall(isLast),
            _ => ReadText(isLast),
        })
        {
        }

        return _output.Take(isLast);
    }

    bool ReadHeader(bool isLast)
    {
        if (_held.Length == 0)
            return false;
        var window = _held.Text[..Math.Min(_held.Length, LargestHeader + HeaderEnd.Length)];
        var end = window.IndexOf(HeaderEnd);
        if (!LooksLikeHeader(window) || (end < 0 && window.Length > LargestHeader))
        {
            _part = Part.Content;
            return true;
        }

        if (end < 0 && !isLast)
            return false;
        var header = window[..(end < 0 ? window.Length : end)].ToString();
        _held.Consume(end < 0 ? window.Length : end + HeaderEnd.Length);
        var recipient = Recipient().Match(header);
        _function = recipient.Success ? WithoutPrefix(recipient.Groups[1].Value) : "";
        // Others are the model's own tools (python, browser), or people.
        var isFunction = recipient.Success && (recipient.Groups[1].Value.StartsWith(Functions, StringComparison.Ordinal) || tools.Contains(_function));
        _part = isFunction && tools.Count > 0 ? Part.Call
            : Channel().Match(header).Groups[1].Value == "analysis" ? Part.Reasoning
            : Part.Content;
        // A name that ends with the text may go on.
        if (end < 0 && _part == Part.Call && recipient.Index + recipient.Length == header.Length)
            _function = "";
        return true;
    }

    bool ReadText(bool isLast)
    {
        var (length, marker) = FindEnd(isLast);
        var text = _held.Text[..length];
        if (_part == Part.Reasoning)
            _output.Reasoning(text);
        else
            _output.Text(text);
        _held.Consume(length);
        _searched = 0;
        return marker is not null && EndMessage(marker);
    }

    bool ReadCall(bool isLast)
    {
        var (length, marker) = FindEnd(isLast);
        if (length > LargestCall)
        {
            _part = Part.Content;
            return true;
        }

        if (marker is null && !isLast)
            return false;
        var text = new TextCursor(_held.Text[..length]);
        var json = new StringBuilder();
        text.SkipSpace();
        var isEmpty = text.AtEnd && marker is not null;
        var reading = isEmpty ? Reading.Done : !text.AtEnd && text.Current != '{' ? Reading.Wrong : LiteralReader.Value(ref text, LiteralDialect.Json, json);
        text.SkipSpace();
        if (reading == Reading.Done && text.AtEnd)
            _output.Calls([new(_function, isEmpty ? "{}" : json.ToString())]);
        else if (reading == Reading.More && marker is null)
            IncompleteCall = _function;
        else
            _output.Text(_held.Text[..length]);
        _held.Consume(length);
        (_part, _searched) = (Part.Content, 0);
        return marker is not null && EndMessage(marker);
    }

    bool EndMessage(string marker)
    {
        if (_part == Part.Reasoning)
            _output.EndReasoning();
        // A start belongs to the next header.
        if (marker != Start)
            _held.Consume(marker.Length);
        _part = Part.Header;
        return true;
    }

    /// <summary>Where the message's text ends, with the marker that ends it; without one, how much of what is held cannot belong to a marker.</summary>
    (int Length, string? Marker) FindEnd(bool isLast)
    {
        var text = _held.Text;
        for (var at = _searched; text[at..].IndexOf('<') is var next and >= 0; at++)
        {
            at += next;
            foreach (var marker in Ends)
            {
                var reading = new TextCursor(text[at..]).Expect(marker);
                if (reading == Reading.Done)
                    return (at, marker);
                if (reading == Reading.More && !isLast)
                    return (_searched = at, null);
            }
        }

        return (_searched = text.Length, null);
    }

    static bool LooksLikeHeader(ReadOnlySpan<char> text)
    {
        var start = text.TrimStart();
        foreach (var beginning in Beginnings)
        {
            if (new TextCursor(start).Expect(beginning) != Reading.Wrong)
                return true;
        }

        return false;
    }

    static string WithoutPrefix(string recipient) => recipient.StartsWith(Functions, StringComparison.Ordinal) ? recipient[Functions.Length..] : recipient;

    [GeneratedRegex(@"(?:\A|[\s>])to=([^\s<]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Recipient();

    [GeneratedRegex(@"<\|channel\|>\s*(\w+)", RegexOptions.CultureInvariant)]
    private static partial Regex Channel();

    enum Part
    {
        Header,
        Content,
        Reasoning,
        Call,
    }
}
