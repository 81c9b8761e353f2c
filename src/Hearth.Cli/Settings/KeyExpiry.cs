using System.Globalization;

namespace Hearth.Cli.Settings;

/// <summary>For how long a key is good: a number of days from now, or the last day.</summary>
sealed record KeyExpiry(int Days, DateOnly? LastDay)
{
    const int MostDays = 3650;

    /// <summary>What was typed; null where it is neither.</summary>
    internal static KeyExpiry? Read(string text)
    {
        if (text.EndsWith('d') && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is >= 1 and <= MostDays)
            return new(days, null);
        return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day < DateOnly.MaxValue ? new(0, day) : null;
    }

    /// <summary>From when on the key is not accepted.</summary>
    internal DateTimeOffset From(DateTimeOffset now) => LastDay is { } day ? new(day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero) : now.AddDays(Days);
}
