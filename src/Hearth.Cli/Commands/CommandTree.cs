using System.CommandLine;
using Hearth.Cli.Settings;

namespace Hearth.Cli.Commands;

/// <summary>The table of commands as the parser wants it. Every value is a text here; <see cref="SettingValues"/> reads them.</summary>
sealed class CommandTree
{
    readonly Dictionary<Setting, Option> _options = [];
    readonly Argument<string> _argument = new("argument") { Arity = ArgumentArity.ZeroOrOne };

    internal CommandTree()
    {
        Root.Options.Clear();
        Root.Directives.Clear();
        Root.Options.Add(Help);
        Root.Options.Add(Version);
        foreach (var command in CommandTable.All)
            Root.Subcommands.Add(Branch(command));
    }

    internal RootCommand Root { get; } = new();

    internal Option<bool> Help { get; } = new("--help", "-h") { Recursive = true, Arity = ArgumentArity.Zero };

    internal Option<bool> Version { get; } = new("--version") { Arity = ArgumentArity.Zero };

    /// <summary>What was written after an option, or "true" for a flag; null where the option is absent.</summary>
    internal IReadOnlyList<string>? Texts(ParseResult parsed, Setting setting)
    {
        if (!_options.TryGetValue(setting, out var option) || parsed.GetResult(option) is not { Implicit: false } result)
            return null;
        return setting.ValueName is null ? ["true"] : [.. result.Tokens.Select(t => t.Value)];
    }

    /// <summary>The argument, or null.</summary>
    internal string? Argument(ParseResult parsed) => parsed.GetResult(_argument) is { Tokens: [var token] } ? token.Value : null;

    System.CommandLine.Command Branch(Command command)
    {
        var branch = new System.CommandLine.Command(command.Name);
        foreach (var setting in command.Settings)
            branch.Options.Add(OptionOf(setting));
        if (command.Argument is not null)
            branch.Arguments.Add(_argument);
        return branch;
    }

    Option OptionOf(Setting setting)
    {
        if (!_options.TryGetValue(setting, out var option))
        {
            option = Create(setting);
            _options[setting] = option;
        }

        return option;
    }

    static Option Create(Setting setting) => setting switch
    {
        { ValueName: null } => new Option<bool>(setting.Option) { Arity = ArgumentArity.Zero },
        { Repeatable: true } => new Option<string[]>(setting.Option) { Arity = ArgumentArity.OneOrMore },
        _ => new Option<string>(setting.Option) { Arity = ArgumentArity.ExactlyOne },
    };
}
