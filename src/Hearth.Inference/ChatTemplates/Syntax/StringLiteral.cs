using System.Globalization;
using System.Text;

namespace Hearth.Inference.ChatTemplates.Syntax;

/// <summary>The text of a string literal: Python's escapes, of which unknown ones stay as they are.</summary>
static class StringLiteral
{
    internal static string Unescape(ReadOnlySpan<char> literal)
    {
        if (!literal.Contains('\\'))
            return literal.ToString();
        var text = new StringBuilder(literal.Length);
        for (var i = 0; i < literal.Length;)
        {
            if (literal[i] == '\\' && i + 1 < literal.Length)
                i += 1 + Escape(literal[(i + 1)..], text);
            else
                text.Append(literal[i++]);
        }

        return text.ToString();
    }

    /// <summary>Writes what stands for the escape behind a backslash; gives its length.</summary>
    static int Escape(ReadOnlySpan<char> escape, StringBuilder text)
    {
        switch (escape[0])
        {
            case '\n':
                return 1;
            case 'x':
                return Hex(escape, 2, text);
            case 'u':
                return Hex(escape, 4, text);
            case 'U':
                return Hex(escape, 8, text);
            case 'N':
                throw new ChatTemplateException("characters by name, \\N{…}, are not supported; write \\u and four digits");
            case >= '0' and <= '7':
                return Octal(escape, text);
            case > '\x7f':
                return Foreign(escape, text);
        }

        var index = "\\'\"abfnrtv".IndexOf(escape[0], StringComparison.Ordinal);
        if (index < 0)
            text.Append('\\').Append(escape[0]);
        else
            text.Append("\\'\"\a\b\f\n\r\t\v"[index]);
        return 1;
    }

    static int Hex(ReadOnlySpan<char> escape, int digits, StringBuilder text)
    {
        if (escape.Length <= digits || !int.TryParse(escape.Slice(1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            || value is < 0 or > 0x10ffff)
        {
            throw new ChatTemplateException($"\\{escape[0]} needs {digits} hexadecimal digits of a character");
        }

        if (value > 0xffff)
            text.Append(new Rune(value).ToString());
        else
            text.Append((char)value);
        return 1 + digits;
    }

    static int Octal(ReadOnlySpan<char> escape, StringBuilder text)
    {
        var (value, length) = (0, 0);
        for (; length < Math.Min(3, escape.Length) && escape[length] is >= '0' and <= '7'; length++)
            value = (8 * value) + (escape[length] - '0');
        text.Append((char)value);
        return length;
    }

    /// <summary>Jinja writes characters beyond ASCII as escapes first, so that the backslash joins theirs and what is left is their digits.</summary>
    static int Foreign(ReadOnlySpan<char> escape, StringBuilder text)
    {
        _ = Rune.DecodeFromUtf16(escape, out var rune, out var length);
        _ = rune.Value switch
        {
            <= 0xff and var c => text.Append(CultureInfo.InvariantCulture, $"\\x{c:x2}"),
            <= 0xffff and var c => text.Append(CultureInfo.InvariantCulture, $"\\u{c:x4}"),
            var c => text.Append(CultureInfo.InvariantCulture, $"\\U{c:x8}"),
        };
        return length;
    }
}
