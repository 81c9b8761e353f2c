using System.Text;
using Hearth.Cli.Output;
using Hearth.Cli.Settings;

namespace Hearth.Cli.Commands;

/// <summary>Help texts, made from the tables of commands and settings.</summary>
static class HelpText
{
    const int Column = 26;
    const int Width = 100;

    static readonly string[] Beginnings = ["hearth chat", "hearth run \"What is the capital of France?\"", "hearth inspect model.gguf", "hearth models import --from ollama"];

    /// <summary>What <c>hearth --help</c> says, or <c>hearth GROUP --help</c>.</summary>
    internal static string Overview(string group = "")
    {
        var text = new StringBuilder();
        text.Append("Hearth runs language models on this machine, offline, each in a confined process of its own.\n\n");
        text.Append($"Usage: hearth {(group.Length == 0 ? "" : $"{group} ")}COMMAND [options]\n\nCommands:\n");
        var commands = Array.FindAll(CommandTable.All, c => group.Length == 0 || c.Group == group);
        foreach (var command in commands)
            Row(text, command.Name, command.Summary);
        if (group.Length == 0)
        {
            text.Append("\nIn a checkout of the sources:\n");
            Row(text, "./hearth install", "puts a link to it on the PATH; ./hearth uninstall removes it");
        }

        text.Append("\nOptions:\n");
        Row(text, "--help, -h", "this text; after a command, that command's");
        Row(text, "--version", "the version");
        text.Append("\nExamples:\n");
        foreach (var line in group.Length == 0 ? Beginnings : commands.Select(command => command.Examples[0].Line))
            text.Append($"  {line}\n");
        AppendExitCodes(text);
        return text.ToString();
    }

    /// <summary>What <c>hearth COMMAND --help</c> says.</summary>
    internal static string Of(Command command)
    {
        var text = new StringBuilder();
        text.Append($"hearth {command.Name}: {command.Summary}\n\n");
        text.Append($"Usage: hearth {command.Name} [options]{Bracketed(command.FirstArgument)}{Bracketed(command.Argument)}\n");
        if (command.Details.Length > 0)
            text.Append($"\n{command.Details}\n");
        if (command.Argument is not null)
        {
            text.Append(command.FirstArgument is null ? "\nArgument:\n" : "\nArguments:\n");
            if (command.FirstArgument is not null)
                Row(text, command.FirstArgument, command.FirstArgumentHelp);
            Row(text, command.Argument, command.ArgumentHelp);
        }

        foreach (var (title, settings) in command.Groups)
            AppendGroup(text, title, settings);
        AppendGroup(text, "Everywhere", SettingTable.Everywhere);
        Row(text, "--help, -h", "this text");

        text.Append("\nExamples:\n");
        foreach (var (meaning, line) in command.Examples)
            text.Append($"  # {meaning}\n  {line}\n");
        AppendExitCodes(text);
        return text.ToString();
    }

    static string Bracketed(string? argument) => argument is null ? "" : $" [{argument}]";

    static void AppendGroup(StringBuilder text, string title, Setting[] settings)
    {
        text.Append($"\n{title}:\n");
        foreach (var setting in settings)
        {
            var left = setting.ValueName is null ? setting.Option : $"{setting.Option} {setting.ValueName}";
            Row(text, left, setting.Default.Length == 0 ? setting.Help : $"{setting.Help} (default: {setting.Default})");
        }
    }

    static void AppendExitCodes(StringBuilder text)
    {
        text.Append("\nExit codes:\n");
        foreach (var (code, meaning) in ExitCode.All)
            text.Append($"  {code,-4} {meaning}\n");
    }

    static void Row(StringBuilder text, string left, string right)
    {
        text.Append($"  {left}".PadRight(Column - 1));
        var column = Math.Max(Column - 1, left.Length + 2);
        foreach (var word in right.Split(' '))
        {
            if (column + 1 + word.Length > Width)
            {
                text.Append('\n').Append(' ', Column - 1);
                column = Column - 1;
            }

            text.Append(' ').Append(word);
            column += 1 + word.Length;
        }

        text.Append('\n');
    }
}
