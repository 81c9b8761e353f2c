using Hearth.Cli.Settings;

namespace Hearth.Cli.Commands;

/// <summary>One command: what it is called, what it takes, how it is explained and what it does.</summary>
/// <param name="Name">As it is typed; two words for a command of a group.</param>
/// <param name="Summary">One line.</param>
/// <param name="Run">Does it and returns the exit code.</param>
sealed record Command(string Name, string Summary, Func<Invocation, Task<int>> Run)
{
    /// <summary>The group that it belongs to; null for a command of its own.</summary>
    internal string? Group => Name.Split(' ') is [var group, _] ? group : null;

    /// <summary>The name of the argument, in capitals; null where the command takes none.</summary>
    internal string? Argument { get; init; }

    internal string ArgumentHelp { get; init; } = "";

    /// <summary>The argument may be given several times.</summary>
    internal bool ManyArguments { get; init; }

    /// <summary>The argument names a model; shells complete it.</summary>
    internal bool ArgumentIsModel { get; init; }

    /// <summary>The name of an argument that may stand before the other one; null where there is none.</summary>
    internal string? FirstArgument { get; init; }

    internal string FirstArgumentHelp { get; init; } = "";

    /// <summary>More than the summary says, in whole lines.</summary>
    internal string Details { get; init; } = "";

    /// <summary>Its settings in groups, in the order of the help text.</summary>
    internal required (string Title, Setting[] Settings)[] Groups { get; init; }

    /// <summary>What it does, and the line that does it.</summary>
    internal required (string Meaning, string Line)[] Examples { get; init; }

    internal IEnumerable<Setting> Settings => Groups.SelectMany(g => g.Settings).Concat(SettingTable.Everywhere);
}
