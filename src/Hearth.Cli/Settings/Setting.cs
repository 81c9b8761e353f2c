namespace Hearth.Cli.Settings;

/// <summary>One thing that can be set: by an option, and where it lasts beyond one call also by an environment variable and in the configuration file.</summary>
abstract class Setting(string name, string? valueName, string help)
{
    /// <summary>The name in the configuration file; the option and the variable are derived from it.</summary>
    internal string Name => name;

    /// <summary>What stands for the value in help texts; null for a flag.</summary>
    internal string? ValueName => valueName;

    internal string Help => help;

    /// <summary>Every use of the option adds a value.</summary>
    internal bool Repeatable { get; init; }

    /// <summary>The value names a model; shells complete it.</summary>
    internal bool NamesModel { get; init; }

    /// <summary>The value begins with the path of a file; where it is kept, it is kept absolute.</summary>
    internal bool NamesFile { get; init; }

    /// <summary>False: belongs to one call, so only the option exists.</summary>
    internal bool Lasting { get; init; } = true;

    internal string Option => $"--{name}";

    internal string Variable => $"HEARTH_{name.ToUpperInvariant().Replace('-', '_')}";

    /// <summary>What holds where nothing is set, for people; empty where nothing needs saying.</summary>
    internal abstract string Default { get; }

    /// <summary>The accepted form, in words.</summary>
    internal abstract string Expected { get; }

    /// <summary>Whether what was written is of the accepted form.</summary>
    internal abstract bool Accepts(IReadOnlyList<string> texts);
}

/// <summary>A setting with the type of its value.</summary>
sealed class Setting<T>(string name, string? valueName, string help, Form<T> form, T fallback, string defaultText = "") : Setting(name, valueName, help)
{
    internal Form<T> Form => form;

    internal T Fallback => fallback;

    internal override string Default => defaultText;

    internal override string Expected => form.Expected;

    internal override bool Accepts(IReadOnlyList<string> texts) => form.Read(texts, out _);
}
