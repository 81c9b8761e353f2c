namespace Hearth.Inference.ChatTemplates.Text;

/// <summary>Reads what stands behind the colon of a format field.</summary>
static class FormatSpecReader
{
    internal static FormatSpec Read(string source)
    {
        var spec = new FormatSpec();
        var rest = source.AsSpan();
        var fill = rest.Length > 0 ? CodePoints.SizeAt(source, 0) : 0;
        var hasFill = rest.Length > fill && IsAlign(rest[fill]);
        if (hasFill)
        {
            spec = spec with { Fill = source[..fill], Align = rest[fill] };
            rest = rest[(fill + 1)..];
        }
        else if (Take(ref rest, "<>=^") is not '\0' and var align)
        {
            spec = spec with { Align = align };
        }

        if (Take(ref rest, "+- ") is not '\0' and var sign)
            spec = spec with { Sign = sign };
        spec = spec with { Alternate = Take(ref rest, "#") != 0 };
        if (Take(ref rest, "0") != 0)
            spec = spec with { Fill = hasFill ? spec.Fill : "0", IsZeroPadded = spec.Align == 0 };
        spec = spec with { Width = Number(ref rest) ?? 0, Grouping = Take(ref rest, ",_") };
        if (Take(ref rest, ".") != 0)
            spec = spec with { Precision = Number(ref rest) ?? throw Invalid() };
        return rest.Length switch
        {
            0 => spec,
            1 => spec with { Type = rest[0] },
            _ => throw Invalid(),
        };
    }

    static bool IsAlign(char character) => character is '<' or '>' or '=' or '^';

    static char Take(ref ReadOnlySpan<char> rest, string any)
    {
        if (rest.Length == 0 || !any.Contains(rest[0], StringComparison.Ordinal))
            return '\0';
        var taken = rest[0];
        rest = rest[1..];
        return taken;
    }

    static int? Number(ref ReadOnlySpan<char> rest)
    {
        int? number = null;
        for (; rest.Length > 0 && char.IsAsciiDigit(rest[0]); rest = rest[1..])
        {
            number = (10 * (number ?? 0)) + (rest[0] - '0');
            if (number > FormatSpec.Widest)
                throw new ChatTemplateException($"a format is wider than {FormatSpec.Widest}");
        }

        return number;
    }

    static ChatTemplateException Invalid() => new("invalid format specifier");
}
