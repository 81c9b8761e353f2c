using System.Globalization;

namespace Hearth.Workers.Verification;

/// <summary>An attempt, as the probe's own table has it.</summary>
/// <param name="Group">Its kind.</param>
/// <param name="Name">What is attempted.</param>
/// <param name="Gives">What an attacker would have of it.</param>
/// <param name="Setting">Where it is made; <see cref="OwnProcess"/> and <see cref="OrdinaryStart"/> are the host's to arrange.</param>
/// <param name="AllowedBecause">Why it is allowed; empty for what counts.</param>
/// <param name="Threads">From how many kinds of thread it is made.</param>
sealed record ProbeRow(string Group, string Name, string Gives, string Setting, string AllowedBecause, int Threads)
{
    internal const string OwnProcess = "OwnProcess", OrdinaryStart = "OrdinaryStart";

    /// <summary>From the words of a line; null where they are no row.</summary>
    internal static ProbeRow? From(ReadOnlySpan<string> words)
        => words is [var group, var name, var gives, var setting, var because, var threads] && int.TryParse(threads, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? new(group, name, gives, setting, because, count)
            : null;
}
