using System.Globalization;
using System.Numerics;

namespace Hearth.Inference.Constraints.Automata;

/// <summary>A limit of a number, as the digits before and after its point.</summary>
/// <param name="Whole">Digits before the point without leading zeros; "0" for none.</param>
/// <param name="Fraction">Digits after it without trailing zeros.</param>
/// <param name="IsNegative">True below zero.</param>
/// <param name="IsExclusive">True if the limit itself is outside.</param>
readonly record struct DecimalBound(string Whole, string Fraction, bool IsNegative, bool IsExclusive)
{
    /// <summary>Digits that are compared at most; more are no number that a program keeps exactly.</summary>
    const int MostDigits = 40;

    /// <summary>Not the number: it is whoever asks who chose it.</summary>
    public override string ToString() => nameof(DecimalBound);

    internal bool IsZero => Whole == "0" && Fraction.Length == 0;

    /// <summary>Digits after the point beyond the first few.</summary>
    internal bool HasMoreThan(int digits) => Fraction.Length > digits;

    /// <summary>Reads a JSON number; null where it has too many digits.</summary>
    internal static DecimalBound? Parse(string text, bool isExclusive)
    {
        var (mantissa, exponent) = text.IndexOfAny(['e', 'E']) is >= 0 and var e
            ? (text[..e], int.TryParse(text[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var power) ? power : int.MaxValue)
            : (text, 0);
        if (Math.Abs((long)exponent) > MostDigits)
            return null;
        var negative = mantissa.StartsWith('-');
        var parts = mantissa.TrimStart('-').Split('.');
        var (whole, fraction) = (parts[0], parts.Length > 1 ? parts[1] : "");
        for (; exponent > 0; exponent--)
            (whole, fraction) = (whole + (fraction.Length > 0 ? fraction[0] : '0'), fraction.Length > 0 ? fraction[1..] : "");
        for (; exponent < 0; exponent++)
            (whole, fraction) = (whole.Length > 1 ? whole[..^1] : "0", whole[^1] + fraction);
        (whole, fraction) = (whole.TrimStart('0'), fraction.TrimEnd('0'));
        return whole.Length + fraction.Length > MostDigits
            ? null
            : new(whole.Length == 0 ? "0" : whole, fraction, negative && whole.Length + fraction.Length > 0, isExclusive);
    }

    /// <summary>Less than zero, zero or more, as this is below, at or above the other; exclusiveness aside.</summary>
    internal int CompareTo(DecimalBound other)
    {
        var digits = Math.Max(Fraction.Length, other.Fraction.Length);
        return Scaled(digits).CompareTo(other.Scaled(digits));
    }

    /// <summary>The value times ten to the power of so many digits.</summary>
    internal BigInteger Scaled(int digits)
    {
        var value = BigInteger.Parse(Whole + Fraction.PadRight(digits, '0'), CultureInfo.InvariantCulture);
        return IsNegative ? -value : value;
    }
}
