using System.CommandLine;
using System.CommandLine.Parsing;
using Hearth.Cli.Output;
using Hearth.Cli.Settings;

namespace Hearth.Cli.Commands;

/// <summary>From the words of a command line to a command with its values, and from its failure to an exit code.</summary>
static class CommandLine
{
    // A prompt may begin with '@' and a group of letters may follow a dash: neither a response file nor a bundle is meant.
    static readonly ParserConfiguration Plain = new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null };

    /// <summary>Runs one command line.</summary>
    internal static async Task<int> RunAsync(string[] words, Host host, CancellationToken cancellationToken)
    {
        // Failures before the options are known are reported in the form that was asked for.
        var json = words.TakeWhile(w => w != "--").Contains(SettingTable.Json.Option);
        try
        {
            return await RunParsedAsync(words, host, json, cancellationToken);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            var failure = Failure.Of(e);
            failure.Show(host.Terminal, json);
            return failure.ExitCode;
        }
    }

    static async Task<int> RunParsedAsync(string[] words, Host host, bool json, CancellationToken cancellationToken)
    {
        var tree = new CommandTree();
        var parsed = tree.Root.Parse(words, Plain);
        var name = CommandTree.NameOf(parsed);
        var command = Array.Find(CommandTable.All, c => c.Name == name);

        if (parsed.GetResult(tree.Version) is { Implicit: false } && command is null)
        {
            if (json)
                host.Terminal.WriteJson(writer => writer.WriteString("version", ProductVersion.Text));
            else
                host.Terminal.Write($"hearth {ProductVersion.Text}\n");
            return ExitCode.Ok;
        }

        if (parsed.GetResult(tree.Help) is { Implicit: false } || words.Length == 0 || (name == string.Join(' ', words) && command is null))
            return Print(host, command is null ? HelpText.Overview(name) : HelpText.Of(command));
        command = Checked(parsed, command, name, words);

        var folders = new Folders(host.Environment, host.ProgramFolder);
        var values = new SettingValues(
            setting => tree.Texts(parsed, setting), host.Environment, ConfigurationFile.Read(folders.ConfigurationFile));
        values.Check(command.Settings);
        try
        {
            return await command.Run(new(host, values, tree.Arguments(parsed), cancellationToken));
        }
        finally
        {
            host.Alarms.Show(host.Terminal);
        }
    }

    static Command Checked(ParseResult parsed, Command? command, string group, string[] words)
    {
        if (command is null)
        {
            var meant = words.Where(w => !w.StartsWith('-')).Take(group.Length == 0 ? 1 : 2).ToArray();
            var found = meant.Length > 0 ? $"There is no command {string.Join(' ', meant)}." : "There is no command.";
            var names = CommandTable.All.Where(c => group.Length == 0 || c.Group == group).Select(c => c.Name);
            throw new CliException(ExitCode.Usage, found, $"one of {string.Join(", ", names)}.", $"'{(group.Length == 0 ? "hearth" : $"hearth {group}")} --help' explains them.");
        }

        var help = $"hearth {command.Name} --help";
        if (parsed.Errors.Count > 0)
            throw new CliException(ExitCode.Usage, parsed.Errors[0].Message, "", $"'{help}' shows what is accepted; words after -- are never options.");

        // The parser takes an unknown option for the argument; a mistyped option is no prompt.
        var stray = parsed.Tokens.TakeWhile(t => t.Type != TokenType.DoubleDash).FirstOrDefault(t => t.Type == TokenType.Argument && IsStray(parsed, t));
        if (stray is not null)
            throw new CliException(ExitCode.Usage, $"There is no option {stray.Value}.", "", $"'{help}' lists the options; put -- before a text that begins with a dash.");
        return command;
    }

    static bool IsStray(ParseResult parsed, Token token)
        => token.Value.Length > 1 && token.Value[0] == '-' && parsed.CommandResult.Children.OfType<ArgumentResult>().Any(r => r.Tokens.Contains(token));

    static int Print(Host host, string text)
    {
        host.Terminal.Write(text);
        return ExitCode.Ok;
    }
}
