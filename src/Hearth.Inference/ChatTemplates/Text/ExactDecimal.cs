using System.Globalization;
using System.Numerics;

namespace Hearth.Inference.ChatTemplates.Text;

/// <summary>
/// The exact decimal value of a double, |x| = digits · 10^−scale, and its rounding half to even, as Python's <c>round</c> and formats do it.
/// </summary>
/// <remarks>A double is m · 2^e. For e &lt; 0 that is m · 5^−e / 10^−e, so the digits are those of m · 5^−e.</remarks>
readonly struct ExactDecimal
{
    readonly BigInteger _digits;
    readonly int _scale;

    ExactDecimal(BigInteger digits, int scale) => (_digits, _scale) = (digits, scale);

    internal static ExactDecimal Of(double number)
    {
        var bits = BitConverter.DoubleToInt64Bits(Math.Abs(number));
        var exponent = (int)(bits >> 52);
        var mantissa = bits & ((1L << 52) - 1);
        var power = Math.Max(exponent, 1) - 1075;
        if (exponent > 0)
            mantissa |= 1L << 52;
        return power >= 0
            ? new(new BigInteger(mantissa) << power, 0)
            : new(mantissa * BigInteger.Pow(5, -power), -power);
    }

    /// <summary>ddd.ddd with so many digits behind the point.</summary>
    internal string Fixed(int places)
    {
        var text = Scaled(places).ToString(CultureInfo.InvariantCulture).PadLeft(places + 1, '0');
        return places == 0 ? text : $"{text[..^places]}.{text[^places..]}";
    }

    /// <summary>So many significant digits and the exponent of the first.</summary>
    internal (string Digits, int Exponent) Significant(int count)
    {
        if (_digits.IsZero)
            return (new string('0', count), 0);
        var exponent = _digits.ToString(CultureInfo.InvariantCulture).Length - 1 - _scale;
        var digits = Scaled(count - 1 - exponent).ToString(CultureInfo.InvariantCulture);
        // 9.99 rounds up to a number with one digit more.
        return digits.Length > count ? (digits[..count], exponent + 1) : (digits, exponent);
    }

    /// <summary>The value times 10^places, rounded half to even.</summary>
    BigInteger Scaled(int places)
    {
        if (places >= _scale)
            return _digits * BigInteger.Pow(10, places - _scale);
        return RoundedQuotient(_digits, BigInteger.Pow(10, _scale - places));
    }

    /// <summary>Python's <c>round(number, places)</c>.</summary>
    internal static double Round(double number, long places)
    {
        // Beyond these no digit is left to round, or none remains.
        if (!double.IsFinite(number) || places > 323)
            return number;
        if (places < -308)
            return Math.CopySign(0, number);
        var rounded = double.Parse($"{Of(number).Scaled((int)places)}e{-places}", CultureInfo.InvariantCulture);
        return double.IsFinite(rounded)
            ? Math.CopySign(rounded, number)
            : throw new ChatTemplateException("the rounded value is too large for a float");
    }

    /// <summary>A quotient of numbers ≥ 0, rounded half to even.</summary>
    internal static BigInteger RoundedQuotient(BigInteger dividend, BigInteger divisor)
    {
        var quotient = BigInteger.DivRem(dividend, divisor, out var rest);
        var half = (rest * 2).CompareTo(divisor);
        return half > 0 || (half == 0 && !quotient.IsEven) ? quotient + 1 : quotient;
    }
}
