using System.Globalization;
using Hearth.Inference.ChatTemplates.Operations;
using Hearth.Inference.ChatTemplates.Rendering;
using Hearth.Inference.ChatTemplates.Text;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Syntax;

/// <summary>Cuts what stands inside a tag into names, literals and operators.</summary>
/// <param name="source">The whole source.</param>
/// <param name="budget">Pays for the tokens.</param>
/// <param name="tokens">Where they go.</param>
/// <param name="closing">The character before the '}' that ends the tag.</param>
sealed class ExpressionLexer(string source, Budget budget, List<Token> tokens, char closing)
{
    readonly Stack<char> _open = new();
    int _position;

    /// <summary>The line that was reached.</summary>
    internal int Line { get; private set; }

    /// <summary>Reads up to the end of the tag; gives the index behind it.</summary>
    internal int Run(int start, int line, out char sign)
    {
        (_position, Line) = (start, line);
        while (true)
        {
            SkipSpace();
            if (_position == source.Length)
                throw new ChatTemplateException("a tag has no end");
            if (_open.Count == 0 && AtEnd(out sign))
                return _position + (sign == 0 ? 2 : 3);
            Token();
        }
    }

    bool AtEnd(out char sign)
    {
        sign = At(0) is '-' || (At(0) is '+' && closing == '%') ? At(0) : '\0';
        var offset = sign == 0 ? 0 : 1;
        return At(offset) == closing && At(offset + 1) == '}';
    }

    char At(int offset) => _position + offset < source.Length ? source[_position + offset] : '\0';

    void SkipSpace()
    {
        for (; _position < source.Length && CodePoints.IsSpace(source[_position]); _position++)
        {
            if (source[_position] == '\n')
                Line++;
        }
    }

    void Token()
    {
        var first = At(0);
        if (char.IsAsciiDigit(first))
            Number();
        else if (IsNamePart(first))
            Name();
        else if (first is '\'' or '"')
            Text(first);
        else
            Operator();
    }

    static bool IsNamePart(char character) => char.IsLetterOrDigit(character) || character == '_' || char.IsSurrogate(character)
        || char.GetUnicodeCategory(character) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.LetterNumber;

    void Name()
    {
        var start = _position;
        while (IsNamePart(At(0)))
            _position++;
        if (char.IsDigit(source[start]))
            throw new ChatTemplateException("invalid character in an identifier");
        Add(TokenKind.Name, source[start.._position]);
    }

    /// <summary>An integer in one of four bases, or a float, which needs a fraction or an exponent; '_' may separate digits.</summary>
    void Number()
    {
        var start = _position;
        var end = Digits(start);
        // After a dot a number is an index: a.0.1.
        if (start == 0 || source[start - 1] != '.')
        {
            var fraction = CharAt(end) == '.' && char.IsAsciiDigit(CharAt(end + 1)) ? Digits(end + 1) : end;
            var exponent = Exponent(fraction);
            if (exponent > end)
            {
                Add(TokenKind.Float, exponent, new FloatValue(NumberText.Float(source[start..exponent])!.Value));
                return;
            }
        }

        if (source[start] == '0')
            end = Radix(start);
        budget.Digits(end - start);
        var digits = source[start..end];
        Add(TokenKind.Integer, end, IntValue.Of(NumberText.Integer(digits, 0) ?? throw new ChatTemplateException("an integer is too long")));
    }

    char CharAt(int position) => position < source.Length ? source[position] : '\0';

    int Digits(int position)
    {
        while (char.IsAsciiDigit(CharAt(position)) || (CharAt(position) == '_' && char.IsAsciiDigit(CharAt(position + 1)) && char.IsAsciiDigit(CharAt(position - 1))))
            position++;
        return position;
    }

    int Exponent(int position)
    {
        if (CharAt(position) is not ('e' or 'E'))
            return position;
        var digits = position + (CharAt(position + 1) is '+' or '-' ? 2 : 1);
        return char.IsAsciiDigit(CharAt(digits)) ? Digits(digits) : position;
    }

    /// <summary>The end of a number that starts with 0: 0x…, 0o…, 0b…, or zeros only.</summary>
    int Radix(int start)
    {
        var allowed = (CharAt(start + 1) | 0x20) switch { 'x' => "0123456789abcdefABCDEF", 'o' => "01234567", 'b' => "01", _ => "" };
        var end = start + (allowed.Length > 0 ? 2 : 1);
        if (allowed.Length == 0)
            allowed = "0";
        while (allowed.Contains(CharAt(end), StringComparison.Ordinal)
            || (CharAt(end) == '_' && allowed.Contains(CharAt(end + 1), StringComparison.Ordinal)))
        {
            end++;
        }

        return end == start + 2 && allowed != "0" ? start + 1 : end;
    }

    void Text(char quote)
    {
        var start = ++_position;
        while (At(0) != quote)
        {
            if (_position >= source.Length)
                throw new ChatTemplateException("a string has no end");
            _position += At(0) == '\\' ? 2 : 1;
        }

        budget.Text(2L * (_position - start));
        var text = StringLiteral.Unescape(source.AsSpan(start, _position - start));
        Add(TokenKind.Text, _position + 1, new TextValue(text, isFromSource: true));
        Line += source.AsSpan(start, _position - start).Count('\n');
    }

    void Operator()
    {
        var length = source.AsSpan(_position) is ['/', '/', ..] or ['*', '*', ..] or ['=', '=', ..] or ['!', '=', ..] or ['>', '=', ..] or ['<', '=', ..] ? 2 : 1;
        if (length == 1 && !"+-/*%~[](){}><=.:|,;".Contains(At(0), StringComparison.Ordinal))
            throw new ChatTemplateException("unexpected character in a tag");
        Balance(At(0));
        Add(TokenKind.Operator, string.Intern(source.Substring(_position, length)));
        _position += length;
    }

    void Balance(char character)
    {
        switch (character)
        {
            case '(':
                _open.Push(')');
                break;
            case '[':
                _open.Push(']');
                break;
            case '{':
                _open.Push('}');
                break;
            case ')' or ']' or '}':
                if (!_open.TryPop(out var expected) || expected != character)
                    throw new ChatTemplateException($"unexpected '{character}'");
                break;
        }
    }

    void Add(TokenKind kind, int end, Value value)
    {
        Add(kind, "", value);
        _position = end;
    }

    void Add(TokenKind kind, string text, Value? value = null)
    {
        budget.Step();
        budget.Allocate(128 + (2L * text.Length));
        tokens.Add(new(kind, text, Line, value));
    }
}
