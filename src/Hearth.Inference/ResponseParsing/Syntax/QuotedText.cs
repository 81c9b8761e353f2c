using System.Globalization;
using System.Text;

namespace Hearth.Inference.ResponseParsing.Syntax;

/// <summary>Reads a text between quotes or fences and resolves its escapes.</summary>
static class QuotedText
{
    const string Letters = "\"\\/bfnrt", Meanings = "\"\\/\b\f\n\r\t";

    /// <summary>Appends the content of the text that begins here; <see cref="Reading.Wrong"/> where none begins.</summary>
    internal static Reading Read(ref TextCursor text, LiteralDialect dialect, StringBuilder content)
    {
        if (dialect.Fence is { } fence && text.Expect(fence) is var opening and not Reading.Wrong)
            return opening == Reading.Done ? Fenced(ref text, fence, content) : opening;
        if (text.AtEnd)
            return Reading.More;
        if (!dialect.Quotes.Contains(text.Current))
            return Reading.Wrong;

        var quote = text.Current;
        ReadOnlySpan<char> quotes = [quote, quote, quote];
        var end = dialect.HasLongTexts && text.Rest.StartsWith(quotes) ? quotes : quotes[..1];
        text.Position += end.Length;
        while (text.Rest.IndexOfAny(quote, '\\') is var length and >= 0)
        {
            content.Append(text.Rest[..length]);
            text.Position += length;
            if (text.Current == quote)
            {
                var ending = text.Expect(end);
                if (ending != Reading.Wrong)
                    return ending;
                // One quote or two inside a text that ends with three.
                content.Append(quote);
                text.Position++;
                continue;
            }

            text.Position++;
            if (Escape(ref text, dialect, content) is var reading and not Reading.Done)
                return reading;
        }

        return Reading.More;
    }

    static Reading Fenced(ref TextCursor text, string fence, StringBuilder content)
    {
        var length = text.Rest.IndexOf(fence);
        if (length < 0)
            return Reading.More;
        content.Append(text.Rest[..length]);
        text.Position += length + fence.Length;
        return Reading.Done;
    }

    static Reading Escape(ref TextCursor text, LiteralDialect dialect, StringBuilder content)
    {
        if (text.AtEnd)
            return Reading.More;
        var letter = text.Current;
        if (HexDigits(letter, dialect) is > 0 and var digits)
            return Hexadecimal(ref text, digits, content);
        var index = Letters.IndexOf(letter);
        if (index >= 0)
            content.Append(Meanings[index]);
        else if (!dialect.HasPythonEscapes)
            return Reading.Wrong;
        else if (letter == '\'')
            content.Append(letter);
        else if (letter != '\n')
            content.Append('\\').Append(letter);
        text.Position++;
        return Reading.Done;
    }

    static int HexDigits(char letter, LiteralDialect dialect) => letter switch
    {
        'u' => 4,
        'x' when dialect.HasPythonEscapes => 2,
        'U' when dialect.HasPythonEscapes => 8,
        _ => 0,
    };

    static Reading Hexadecimal(ref TextCursor text, int digits, StringBuilder content)
    {
        if (text.Rest.Length <= digits)
            return Reading.More;
        if (!uint.TryParse(text.Rest.Slice(1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) || code > 0x10FFFF)
            return Reading.Wrong;
        // Halves of a pair come one after the other; a half that stays alone is replaced where the text is written.
        content.Append(code <= char.MaxValue ? ((char)code).ToString() : char.ConvertFromUtf32((int)code));
        text.Position += digits + 1;
        return Reading.Done;
    }
}
