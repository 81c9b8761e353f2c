using System.Globalization;

namespace Hearth.Inference.ChatTemplates.Text;

/// <summary>How Python prints a floating-point number: the fewest digits that read back as the same number.</summary>
static class FloatText
{
    /// <summary>Python's <c>repr</c>: an exponent below 1e-4 and from 1e16 on, and always a point or an exponent.</summary>
    internal static string Repr(double number)
    {
        if (double.IsNaN(number))
            return "nan";
        if (double.IsInfinity(number))
            return number > 0 ? "inf" : "-inf";
        var (digits, exponent) = Shortest(number);
        var sign = double.IsNegative(number) ? "-" : "";
        if (exponent is < -4 or >= 16)
            return sign + Scientific(digits, exponent, "e");
        if (exponent < 0)
            return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
        return digits.Length <= exponent + 1
            ? $"{sign}{digits.PadRight(exponent + 1, '0')}.0"
            : $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }

    /// <summary>d.ddde±xx, with at least two digits of exponent.</summary>
    internal static string Scientific(string digits, int exponent, string letter)
    {
        var fraction = digits.Length > 1 ? "." + digits[1..] : "";
        return $"{digits[0]}{fraction}{letter}{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture)}";
    }

    /// <summary>The digits d₀d₁d₂… and the exponent of d₀, so that the number is ±d₀.d₁d₂… · 10^exponent.</summary>
    static (string Digits, int Exponent) Shortest(double number)
    {
        // "E16" would be exact but not shortest; "R" is shortest, in either notation.
        var text = Math.Abs(number).ToString("R", CultureInfo.InvariantCulture);
        var letter = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = letter < 0 ? 0 : int.Parse(text.AsSpan(letter + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = letter < 0 ? text : text[..letter];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? mantissa.Length : point;
        var digits = point < 0 ? mantissa : mantissa.Remove(point, 1);
        var leading = digits.Length - digits.TrimStart('0').Length;
        digits = digits.Trim('0');
        return digits.Length == 0 ? ("0", 0) : (digits, exponent + whole - leading - 1);
    }
}
