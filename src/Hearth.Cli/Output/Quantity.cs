using System.Globalization;

namespace Hearth.Cli.Output;

/// <summary>Numbers as people read them.</summary>
static class Quantity
{
    static readonly string[] Prefixes = ["", "k", "M", "G", "T"];

    /// <summary>Bytes with a decimal prefix, such as "98.4 MB".</summary>
    internal static string Bytes(long bytes) => Scaled(bytes, "B");

    /// <summary>A count with a decimal prefix, such as "134.5 M".</summary>
    internal static string Count(long count) => Scaled(count, "").TrimEnd();

    /// <summary>A rate such as "41.2 GB/s".</summary>
    internal static string Rate(double perSecond, string unit) => $"{Scaled(perSecond, unit)}/s";

    /// <summary>Digits in groups of three: "8,192".</summary>
    internal static string Grouped(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>One decimal below a hundred, none above.</summary>
    internal static string Short(double value) => value.ToString(Math.Abs(value) < 100 ? "0.0" : "0", CultureInfo.InvariantCulture);

    /// <summary>A share such as "78 %".</summary>
    internal static string Percent(double share) => $"{(share * 100).ToString("0", CultureInfo.InvariantCulture)} %";

    /// <summary>A time such as "340 ms" or "2.4 s".</summary>
    internal static string Time(TimeSpan time)
        => time.TotalSeconds < 1 ? $"{time.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture)} ms" : $"{Short(time.TotalSeconds)} s";

    static string Scaled(double value, string unit)
    {
        var power = 0;
        for (; Math.Abs(value) >= 999.95 && power < Prefixes.Length - 1; power++)
            value /= 1000;
        return power == 0 ? $"{value.ToString("0.#", CultureInfo.InvariantCulture)} {unit}" : $"{Short(value)} {Prefixes[power]}{unit}";
    }
}
