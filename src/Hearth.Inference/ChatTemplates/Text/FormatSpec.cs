using System.Globalization;
using System.Numerics;
using Hearth.Inference.ChatTemplates.Rendering;

namespace Hearth.Inference.ChatTemplates.Text;

/// <summary>How one value is laid out by <c>%</c> or <c>format</c>: [[fill]align][sign][#][0][width][grouping][.precision][type].</summary>
sealed record FormatSpec
{
    /// <summary>Widest field and longest fraction; Python has no limit, but templates have no use for more.</summary>
    internal const int Widest = 10_000;

    internal string Fill { get; init; } = " ";

    /// <summary>'&lt;', '&gt;', '^', '=' (padding between sign and digits), or 0 for the type's own.</summary>
    internal char Align { get; init; }

    /// <summary>A zero before the width: numbers are padded behind their sign.</summary>
    internal bool IsZeroPadded { get; init; }

    /// <summary>'+', ' ' or '-'.</summary>
    internal char Sign { get; init; } = '-';

    internal bool Alternate { get; init; }

    internal int Width { get; init; }

    /// <summary>',', '_' or 0.</summary>
    internal char Grouping { get; init; }

    internal int? Precision { get; init; }

    /// <summary>The letter at the end, or 0.</summary>
    internal char Type { get; init; }

    internal string Text(string text, Budget budget)
    {
        if (Precision is { } most && most < text.Length)
            text = text[..CodePoints.Offset(text, Math.Min(most, CodePoints.Count(text)))];
        return Pad("", text, Align == 0 ? '<' : Align, budget);
    }

    internal string Integer(BigInteger number, Budget budget)
    {
        var magnitude = BigInteger.Abs(number);
        budget.Allocate(200 + (2 * magnitude.GetBitLength()));
        budget.Work(magnitude.GetBitLength() * (1 + (magnitude.GetBitLength() / 32)));
        var (digits, prefix) = Type switch
        {
            'x' => (Radix(magnitude, 16), "0x"),
            'X' => (Radix(magnitude, 16).ToUpperInvariant(), "0X"),
            'o' => (Radix(magnitude, 8), "0o"),
            'b' => (Radix(magnitude, 2), "0b"),
            _ => (magnitude.ToString(CultureInfo.InvariantCulture), ""),
        };
        return Number(number.Sign < 0, Alternate ? prefix : "", digits, "", budget);
    }

    internal string Float(double number, Budget budget)
    {
        budget.Digits(400 + (Precision ?? 0));
        budget.Allocate(4000 + (16L * (Precision ?? 0)));
        var negative = double.IsNegative(number) && !double.IsNaN(number);
        if (!double.IsFinite(number))
        {
            var word = double.IsNaN(number) ? "nan" : "inf";
            return Number(negative, "", char.IsAsciiLetterUpper(Type) ? word.ToUpperInvariant() : word, Type == '%' ? "%" : "", budget);
        }

        var text = Digits(number);
        var whole = text.AsSpan().IndexOfAnyExceptInRange('0', '9') is >= 0 and var end ? end : text.Length;
        return Number(negative, "", text[..whole], text[whole..], budget);
    }

    string Digits(double number)
    {
        var precision = Precision ?? 6;
        switch (char.ToLowerInvariant(Type))
        {
            case 'f':
                return Point(ExactDecimal.Of(number).Fixed(precision), precision);
            case '%':
                return Point(ExactDecimal.Of(number * 100).Fixed(precision), precision) + "%";
            case 'e':
                var (digits, exponent) = ExactDecimal.Of(number).Significant(precision + 1);
                return FloatText.Scientific(digits, exponent, Type == 'E' ? "E" : "e");
            case 'g' or 'n':
                return General(number, Math.Max(precision, 1), pointZero: false);
            default:
                return Precision is null ? FloatText.Repr(Math.Abs(number)) : General(number, Math.Max(precision, 1), pointZero: true);
        }
    }

    string Point(string digits, int precision) => precision == 0 && Alternate ? digits + "." : digits;

    /// <summary>The shorter of the two notations, without zeros at the end.</summary>
    string General(double number, int precision, bool pointZero)
    {
        var (digits, exponent) = ExactDecimal.Of(number).Significant(precision);
        if (!Alternate)
            digits = digits.TrimEnd('0') is { Length: > 0 } trimmed ? trimmed : "0";
        if (exponent < -4 || exponent >= (pointZero ? precision - 1 : precision))
            return FloatText.Scientific(digits, exponent, Type == 'G' ? "E" : "e");
        if (exponent < 0)
            return $"0.{new string('0', -exponent - 1)}{digits}";
        digits = digits.PadRight(exponent + 1, '0');
        return digits.Length > exponent + 1 ? $"{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}" : pointZero ? digits + ".0" : digits;
    }

    string Number(bool negative, string prefix, string digits, string rest, Budget budget)
    {
        var sign = (negative ? "-" : Sign == '-' ? "" : Sign.ToString()) + prefix;
        if (Grouping != 0)
        {
            var size = Type is 'x' or 'X' or 'o' or 'b' ? 4 : 3;
            if (IsZeroPadded || (Align == '=' && Fill == "0"))
                digits = Widen(digits, Width - sign.Length - rest.Length, size);
            for (var i = digits.Length - size; i > 0; i -= size)
                digits = digits.Insert(i, Grouping.ToString());
        }

        return Pad(sign, digits + rest, Align != 0 ? Align : IsZeroPadded ? '=' : '>', budget);
    }

    /// <summary>Zeros in front, so that the width is filled with groups too.</summary>
    static string Widen(string digits, int width, int group)
    {
        while (digits.Length + ((digits.Length - 1) / group) < width)
            digits = "0" + digits;
        return digits;
    }

    string Pad(string sign, string text, char align, Budget budget)
    {
        var missing = Width - sign.Length - CodePoints.Count(text);
        if (missing <= 0)
            return sign + text;
        budget.Text(sign.Length + text.Length + (2L * missing));
        var left = align switch { '<' => 0, '^' => missing / 2, _ => missing };
        var before = Repeat(left);
        var after = Repeat(missing - left);
        return align == '=' ? sign + before + text : before + sign + text + after;
    }

    string Repeat(int count) => Fill.Length == 1 ? new(Fill[0], count) : string.Concat(Enumerable.Repeat(Fill, count));

    static string Radix(BigInteger number, int radix)
    {
        if (number.IsZero)
            return "0";
        var digits = new List<char>();
        for (; !number.IsZero; number /= radix)
            digits.Add("0123456789abcdef"[(int)(number % radix)]);
        digits.Reverse();
        return new([.. digits]);
    }
}
