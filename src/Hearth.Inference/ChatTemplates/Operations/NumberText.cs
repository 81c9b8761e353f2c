using System.Globalization;
using System.Numerics;
using System.Text;
using Hearth.Inference.ChatTemplates.Text;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Operations;

/// <summary>Numbers out of values and texts, by Python's rules.</summary>
static class NumberText
{
    internal static bool IsNumber(Value value) => value is IntValue or BoolValue or FloatValue;

    /// <summary>The number as a double; what is no number gives NaN.</summary>
    internal static double AsDouble(Value value) => value switch
    {
        IntValue number => (double)number.Number,
        BoolValue truth => truth.IsTrue ? 1 : 0,
        FloatValue number => number.Number,
        _ => double.NaN,
    };

    /// <summary>The integer; a whole float counts, all else gives null.</summary>
    internal static BigInteger? AsInteger(Value value) => value switch
    {
        IntValue number => number.Number,
        BoolValue truth => truth.IsTrue ? 1 : 0,
        FloatValue number when double.IsFinite(number.Number) => new BigInteger(number.Number),
        _ => null,
    };

    /// <summary>What Python takes as an index or a count: integers and truth values only.</summary>
    internal static long Index(Value value, string what) => value switch
    {
        IntValue number => (long)BigInteger.Clamp(number.Number, int.MinValue, int.MaxValue),
        BoolValue truth => truth.IsTrue ? 1 : 0,
        UndefinedValue undefined => throw undefined.Error(),
        _ => throw new ChatTemplateException($"{what} must be an integer, not {value.TypeName}"),
    };

    /// <summary>Python's <c>int(text, radix)</c>; null where it would fail.</summary>
    internal static BigInteger? Integer(string text, int radix = 10)
    {
        var digits = Trim(text);
        var negative = digits.StartsWith('-');
        if (negative || digits.StartsWith('+'))
            digits = digits[1..];
        if (digits.Length > 2 && digits[0] == '0' && Prefix(digits[1]) is var prefix and > 0 && (radix == 0 || radix == prefix))
        {
            radix = prefix;
            digits = digits[2..];
            if (digits.StartsWith('_'))
                digits = digits[1..];
        }
        else if (radix == 0)
        {
            radix = 10;
            if (digits.StartsWith('0') && digits.Trim("0_").Length > 0)
                return null;
        }

        return Digits(digits, radix) is { } value ? negative ? -value : value : null;
    }

    /// <summary>Python's <c>float(text)</c>; null where it would fail.</summary>
    internal static double? Float(string text)
    {
        var number = Trim(text);
        var unsigned = number.TrimStart("+-");
        if (number.Length - unsigned.Length > 1)
            return null;
        if (unsigned.Length > 0 && !char.IsAsciiDigit(unsigned[0]) && unsigned[0] != '.')
            return Word(unsigned.ToString().ToLowerInvariant(), number[0] == '-');
        var plain = new StringBuilder(number.Length);
        for (var i = 0; i < number.Length; i++)
        {
            if (number[i] != '_')
                plain.Append(number[i]);
            else if (i == 0 || i + 1 == number.Length || !char.IsAsciiDigit(number[i - 1]) || !char.IsAsciiDigit(number[i + 1]))
                return null;
        }

        const NumberStyles Form = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent | NumberStyles.AllowLeadingSign;
        return double.TryParse(plain.ToString(), Form, CultureInfo.InvariantCulture, out var value) ? value : null;
    }

    static double? Word(string word, bool negative) => word switch
    {
        "inf" or "infinity" => negative ? double.NegativeInfinity : double.PositiveInfinity,
        "nan" => double.NaN,
        _ => null,
    };

    static int Prefix(char letter) => letter switch
    {
        'x' or 'X' => 16,
        'o' or 'O' => 8,
        'b' or 'B' => 2,
        _ => 0,
    };

    static BigInteger? Digits(ReadOnlySpan<char> digits, int radix)
    {
        if (digits.Length is 0 or > 4300)
            return null;
        var value = BigInteger.Zero;
        // Digits gather in a machine word, which then joins the large number at once.
        var (gathered, scale) = (0L, 1L);
        var afterDigit = false;
        foreach (var character in digits)
        {
            if (character == '_' && afterDigit)
            {
                afterDigit = false;
                continue;
            }

            var digit = char.IsAsciiLetter(character) ? (character | 0x20) - 'a' + 10 : (int)CharUnicodeInfo.GetDecimalDigitValue(character);
            if (digit < 0 || digit >= radix)
                return null;
            (gathered, scale) = ((gathered * radix) + digit, scale * radix);
            if (scale > long.MaxValue / 64)
            {
                value = (value * scale) + gathered;
                (gathered, scale) = (0, 1);
            }

            afterDigit = true;
        }

        return afterDigit ? (value * scale) + gathered : null;
    }

    static ReadOnlySpan<char> Trim(string text)
    {
        var span = text.AsSpan();
        while (span.Length > 0 && CodePoints.IsSpace(span[0]))
            span = span[1..];
        while (span.Length > 0 && CodePoints.IsSpace(span[^1]))
            span = span[..^1];
        return span;
    }
}
