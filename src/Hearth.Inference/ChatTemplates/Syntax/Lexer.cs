using Hearth.Inference.ChatTemplates.Rendering;
using Hearth.Inference.ChatTemplates.Text;

namespace Hearth.Inference.ChatTemplates.Syntax;

/// <summary>
/// Cuts a source into text and tags and cares for the white space around tags: a newline right after a block is dropped, and so are the blanks
/// before a block that starts its line; '-' at either end of a tag drops all white space there, '+' none.
/// </summary>
sealed class Lexer
{
    readonly string _source;
    readonly Budget _budget;
    readonly List<Token> _tokens = [];
    int _position;
    int _line = 1;

    Lexer(string source, Budget budget) => (_source, _budget) = (source, budget);

    internal static List<Token> Tokens(string source, Budget budget)
    {
        budget.Text(source.Length);
        var lexer = new Lexer(Normalized(source), budget);
        try
        {
            lexer.Run();
        }
        catch (ChatTemplateException e)
        {
            throw e.At(lexer._line);
        }

        return lexer._tokens;
    }

    /// <summary>Lines end in \n, and the last one in nothing.</summary>
    static string Normalized(string source)
    {
        if (source.Contains('\r', StringComparison.Ordinal))
            source = source.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        return source.EndsWith('\n') ? source[..^1] : source;
    }

    void Run()
    {
        while (_position < _source.Length)
        {
            var tag = NextTag(_position);
            if (tag < 0)
            {
                Data(_position, _source.Length);
                Advance(_source.Length);
            }
            else
            {
                Tag(tag);
            }
        }

        Add(TokenKind.End, "");
    }

    int NextTag(int from)
    {
        for (var brace = _source.IndexOf('{', from); brace >= 0 && brace + 1 < _source.Length; brace = _source.IndexOf('{', brace + 1))
        {
            if (_source[brace + 1] is '{' or '%' or '#')
                return brace;
        }

        return -1;
    }

    void Tag(int tag)
    {
        var kind = _source[tag + 1];
        var sign = SignAt(tag + 2);
        TextBefore(tag, sign, isBlock: kind != '{');
        Advance(tag + 2 + (sign == 0 ? 0 : 1));
        if (kind == '#')
            Comment();
        else if (kind == '%' && TryRaw(out var content))
            Raw(content);
        else
            Expression(isBlock: kind == '%');
    }

    char SignAt(int position) => position < _source.Length && _source[position] is '-' or '+' ? _source[position] : '\0';

    /// <summary>The text between the position and a tag, less the white space that the tag takes away.</summary>
    void TextBefore(int tag, char sign, bool isBlock)
    {
        var end = tag;
        if (sign == '-')
        {
            while (end > _position && CodePoints.IsSpace(_source[end - 1]))
                end--;
        }
        else if (sign == 0 && isBlock)
        {
            var start = tag;
            while (start > _position && CodePoints.IsSpace(_source[start - 1]) && _source[start - 1] != '\n')
                start--;
            if (start == 0 || _source[start - 1] == '\n')
                end = start;
        }

        Data(_position, end);
    }

    void Data(int start, int end)
    {
        if (end <= start)
            return;
        _budget.Text(end - start);
        Add(TokenKind.Data, _source[start..end]);
    }

    void Comment()
    {
        var end = _source.IndexOf("#}", _position, StringComparison.Ordinal);
        if (end < 0 && _position == _source.Length)
            return;
        if (end < 0)
            throw new ChatTemplateException("a comment has no end");
        var sign = end > _position ? SignAt(end - 1) : '\0';
        Advance(end + 2);
        Trim(sign);
    }

    /// <summary>What follows a tag's end: nothing goes with '+', all white space with '-', else one newline.</summary>
    void Trim(char sign)
    {
        var end = _position;
        if (sign == '-')
        {
            while (end < _source.Length && CodePoints.IsSpace(_source[end]))
                end++;
        }
        else if (sign == 0 && end < _source.Length && _source[end] == '\n')
        {
            end++;
        }

        Advance(end);
    }

    /// <summary>Whether the block that starts here is <c>raw</c>, and where its content starts.</summary>
    bool TryRaw(out int content) => TryKeyword("raw", _position, mayKeep: false, out content, out _);

    void Raw(int content)
    {
        Advance(content);
        for (var tag = _source.IndexOf("{%", content, StringComparison.Ordinal); tag >= 0; tag = _source.IndexOf("{%", tag + 1, StringComparison.Ordinal))
        {
            var sign = SignAt(tag + 2);
            if (!TryKeyword("endraw", tag + 2 + (sign == 0 ? 0 : 1), mayKeep: true, out var end, out var endSign))
                continue;
            TextBefore(tag, sign, isBlock: true);
            Advance(end);
            if (endSign == 0)
                Trim(endSign);
            return;
        }

        // Nothing to come is accepted without an end, as it is in Jinja.
        if (_position < _source.Length)
            throw new ChatTemplateException("a raw block has no end");
    }

    /// <summary>keyword [-]%}: <paramref name="end"/> is behind it, and with '-' behind the white space that follows.</summary>
    bool TryKeyword(string keyword, int position, bool mayKeep, out int end, out char sign)
    {
        end = SkipSpace(position);
        sign = '\0';
        if (string.CompareOrdinal(_source, end, keyword, 0, keyword.Length) != 0)
            return false;
        end = SkipSpace(end + keyword.Length);
        sign = SignAt(end);
        if (sign == '+' && !mayKeep)
            return false;
        end += sign == 0 ? 0 : 1;
        if (string.CompareOrdinal(_source, end, "%}", 0, 2) != 0)
            return false;
        end = sign == '-' ? SkipSpace(end + 2) : end + 2;
        return true;
    }

    int SkipSpace(int position)
    {
        while (position < _source.Length && CodePoints.IsSpace(_source[position]))
            position++;
        return position;
    }

    void Expression(bool isBlock)
    {
        Add(isBlock ? TokenKind.BlockBegin : TokenKind.VariableBegin, isBlock ? "{%" : "{{");
        var expression = new ExpressionLexer(_source, _budget, _tokens, isBlock ? '%' : '}');
        try
        {
            Advance(expression.Run(_position, _line, out var sign));
            Add(isBlock ? TokenKind.BlockEnd : TokenKind.VariableEnd, isBlock ? "%}" : "}}");
            // A newline after a printed value stays.
            if (isBlock || sign == '-')
                Trim(sign);
        }
        catch (ChatTemplateException e)
        {
            throw e.At(expression.Line);
        }
    }

    void Add(TokenKind kind, string text)
    {
        _budget.Step();
        _budget.Allocate(96);
        _tokens.Add(new(kind, text, _line));
    }

    void Advance(int position)
    {
        _line += _source.AsSpan(_position, position - _position).Count('\n');
        _position = position;
    }
}
