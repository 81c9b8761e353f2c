using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace Hearth.Inference.ResponseParsing.Syntax;

/// <summary>Reads a value in any <see cref="LiteralDialect"/> and writes it as JSON.</summary>
static partial class LiteralReader
{
    const int Deepest = 64;

    static readonly SearchValues<char> KeyEnds = SearchValues.Create(":,{}[]\"\n");

    /// <summary>Reads one value, with space before it.</summary>
    internal static Reading Value(ref TextCursor text, LiteralDialect dialect, StringBuilder json, int depth = 0)
    {
        text.SkipSpace();
        if (text.AtEnd)
            return Reading.More;
        if (depth > Deepest)
            return Reading.Wrong;
        if (text.Current == '{')
            return Object(ref text, dialect, json, depth);
        if (dialect.ListEnd(text.Current) is { } end)
            return List(ref text, dialect, json, end, depth);

        var content = new StringBuilder();
        var reading = QuotedText.Read(ref text, dialect, content);
        if (reading == Reading.Done)
            JsonString.Append(json, content.ToString());
        return reading == Reading.Wrong && !dialect.Quotes.Contains(text.Current) ? Word(ref text, dialect, json) : reading;
    }

    /// <summary>Reads an object and nothing else; for texts that are complete.</summary>
    internal static bool IsObject(ReadOnlySpan<char> complete, StringBuilder json)
    {
        var text = new TextCursor(complete);
        text.SkipSpace();
        if (text.AtEnd || text.Current != '{' || Value(ref text, LiteralDialect.Json, json) != Reading.Done)
            return false;
        text.SkipSpace();
        return text.AtEnd;
    }

    /// <summary>Reads a value and nothing else; for texts that are complete.</summary>
    internal static bool IsValue(ReadOnlySpan<char> complete, LiteralDialect dialect, StringBuilder json)
    {
        // The space tells numbers and words that they end.
        var text = new TextCursor($"{complete} ");
        if (Value(ref text, dialect, json) != Reading.Done)
            return false;
        text.SkipSpace();
        return text.AtEnd;
    }

    static Reading Object(ref TextCursor text, LiteralDialect dialect, StringBuilder json, int depth)
        => Between(ref text, dialect, json, "{}", '}', (ref TextCursor inner) => Member(ref inner, dialect, json, depth));

    static Reading List(ref TextCursor text, LiteralDialect dialect, StringBuilder json, char end, int depth)
        => Between(ref text, dialect, json, "[]", end, (ref TextCursor inner) => Value(ref inner, dialect, json, depth + 1));

    delegate Reading Item(ref TextCursor text);

    static Reading Between(ref TextCursor text, LiteralDialect dialect, StringBuilder json, string brackets, char end, Item read)
    {
        json.Append(brackets[0]);
        var reading = CommaList.Read(ref text, end, dialect.HasTuples, (ref TextCursor inner, bool isFirst) =>
        {
            if (!isFirst)
                json.Append(',');
            return read(ref inner);
        });
        json.Append(brackets[1]);
        return reading;
    }

    static Reading Member(ref TextCursor text, LiteralDialect dialect, StringBuilder json, int depth)
    {
        var key = new StringBuilder();
        var reading = Key(ref text, dialect, key);
        if (reading != Reading.Done)
            return reading;
        JsonString.Append(json, key.ToString());
        json.Append(':');
        text.SkipSpace();
        reading = text.Expect(":");
        return reading == Reading.Done ? Value(ref text, dialect, json, depth + 1) : reading;
    }

    static Reading Key(ref TextCursor text, LiteralDialect dialect, StringBuilder key)
    {
        var reading = QuotedText.Read(ref text, dialect, key);
        if (reading != Reading.Wrong || !dialect.HasBareText)
            return reading;
        var length = text.Rest.IndexOfAny(KeyEnds);
        if (length < 0)
            return Reading.More;
        key.Append(text.Rest[..length].TrimEnd());
        text.Position += length;
        return key.Length > 0 ? Reading.Done : Reading.Wrong;
    }

    /// <summary>A number, a word with a meaning, or a text without quotes where the dialect has such.</summary>
    static Reading Word(ref TextCursor text, LiteralDialect dialect, StringBuilder json)
    {
        var length = dialect.HasBareText ? text.Rest.IndexOfAny(",}]") : WordLength(text.Rest);
        if (length < 0)
            return Reading.More;
        var word = text.Rest[..length].TrimEnd();
        if (Number().IsMatch(word))
            json.Append(word);
        else if (dialect.Words.TryGetValue(word.ToString(), out var meaning))
            json.Append(meaning);
        else if (dialect.HasBareText && word.Length > 0)
            JsonString.Append(json, word);
        else
            return Reading.Wrong;
        text.Position += length;
        return Reading.Done;
    }

    static int WordLength(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsLetterOrDigit(text[i]) && text[i] is not ('+' or '-' or '.' or '_'))
                return i;
        }

        return -1;
    }

    [GeneratedRegex(@"\A-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
