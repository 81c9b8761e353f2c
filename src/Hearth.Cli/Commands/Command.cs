using Hearth.Cli.Settings;

namespace Hearth.Cli.Commands;

/// <summary>One command: what it is called, what it takes, how it is explained and what it does.</summary>
/// <param name="Name">As it is typed.</param>
/// <param name="Summary">One line.</param>
/// <param name="Run">Does it and returns the exit code.</param>
sealed record Command(string Name, string Summary, Func<Invocation, Task<int>> Run)
{
    /// <summary>The name of the one argument, in capitals; null where the command takes none.</summary>
    internal string? Argument { get; init; }

    internal string ArgumentHelp { get; init; } = "";

    /// <summary>More than the summary says, in whole lines.</summary>
    internal string Details { get; init; } = "";

    /// <summary>Its settings in groups, in the order of the help text.</summary>
    internal required (string Title, Setting[] Settings)[] Groups { get; init; }

    /// <summary>What it does, and the line that does it.</summary>
    internal required (string Meaning, string Line)[] Examples { get; init; }

    internal IEnumerable<Setting> Settings => Groups.SelectMany(g => g.Settings).Concat(SettingTable.Everywhere);
}
