namespace Hearth.Inference.ResponseParsing.Syntax;

/// <summary>How far reading a piece of syntax came.</summary>
enum Reading
{
    /// <summary>It is all there; the cursor stands behind it.</summary>
    Done,

    /// <summary>So far it fits, but the text ends inside it.</summary>
    More,

    /// <summary>The text is something else, whatever follows; the cursor stands where that was seen.</summary>
    Wrong,
}

/// <summary>A place in text that may not be complete yet. What was read once is read the same way when more text has come.</summary>
ref struct TextCursor(ReadOnlySpan<char> text)
{
    /// <summary>Names of functions and parameters are shorter than this.</summary>
    const int LongestName = 256;

    readonly ReadOnlySpan<char> _text = text;

    internal int Position { get; set; }

    internal readonly bool AtEnd => Position >= _text.Length;

    internal readonly char Current => _text[Position];

    internal readonly ReadOnlySpan<char> Rest => _text[Position..];

    internal void SkipSpace()
    {
        while (!AtEnd && char.IsWhiteSpace(Current))
            Position++;
    }

    /// <summary>Reads exactly this text.</summary>
    internal Reading Expect(scoped ReadOnlySpan<char> literal)
    {
        var rest = Rest;
        if (rest.StartsWith(literal))
        {
            Position += literal.Length;
            return Reading.Done;
        }

        return literal.StartsWith(rest) ? Reading.More : Reading.Wrong;
    }

    /// <summary>Reads a name: letters, digits and a few signs.</summary>
    internal Reading Name(out string name)
    {
        var start = Position;
        while (!AtEnd && (char.IsLetterOrDigit(Current) || Current is '_' or '-' or '.' or '/' or ':') && Position - start < LongestName)
            Position++;
        name = _text[start..Position].ToString();
        return AtEnd ? Reading.More : name.Length is > 0 and < LongestName ? Reading.Done : Reading.Wrong;
    }
}
