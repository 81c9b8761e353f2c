using System.CommandLine;
using System.CommandLine.Parsing;
using Hearth.Cli.Settings;

namespace Hearth.Cli.Commands;

/// <summary>The table of commands as the parser wants it. Every value is a text here; <see cref="SettingValues"/> reads them.</summary>
sealed class CommandTree
{
    readonly Dictionary<Setting, Option> _options = [];
    readonly Argument<string> _argument = new("argument") { Arity = ArgumentArity.ZeroOrOne };
    readonly Argument<string[]> _arguments = new("argument") { Arity = ArgumentArity.ZeroOrMore };
    readonly Argument<string[]> _twoArguments = new("argument") { Arity = new(0, 2) };
    readonly Dictionary<string, System.CommandLine.Command> _groups = [];

    internal CommandTree()
    {
        Root.Options.Clear();
        Root.Directives.Clear();
        Root.Options.Add(Help);
        Root.Options.Add(Version);
        foreach (var command in CommandTable.All)
            ParentOf(command).Subcommands.Add(Branch(command));
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

    /// <summary>The arguments, in order.</summary>
    internal IReadOnlyList<string> Arguments(ParseResult parsed)
        => [.. (parsed.GetResult(_argument) ?? parsed.GetResult(_arguments) ?? parsed.GetResult(_twoArguments))?.Tokens.Select(token => token.Value) ?? []];

    /// <summary>The words of the command or group that was parsed; empty where there is none.</summary>
    internal static string NameOf(ParseResult parsed)
    {
        var words = new List<string>();
        for (var result = parsed.CommandResult; result.Parent is CommandResult parent; result = parent)
            words.Insert(0, result.Command.Name);
        return string.Join(' ', words);
    }

    System.CommandLine.Command ParentOf(Command command)
    {
        if (command.Group is not { } name)
            return Root;
        if (!_groups.TryGetValue(name, out var group))
        {
            group = new(name);
            _groups[name] = group;
            Root.Subcommands.Add(group);
        }

        return group;
    }

    System.CommandLine.Command Branch(Command command)
    {
        var branch = new System.CommandLine.Command(command.Name.Split(' ')[^1]);
        foreach (var setting in command.Settings)
            branch.Options.Add(OptionOf(setting));
        if (command.Argument is not null)
            branch.Arguments.Add(command.ManyArguments ? _arguments : command.FirstArgument is null ? _argument : _twoArguments);
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
