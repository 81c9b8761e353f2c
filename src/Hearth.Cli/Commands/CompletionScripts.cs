using System.Text;
using Hearth.Cli.Settings;

namespace Hearth.Cli.Commands;

/// <summary>Completion scripts, made from the table of commands. Files are completed everywhere, because most values are files; names of models come from the program.</summary>
static class CompletionScripts
{
    const string ModelNames = "hearth models list --names 2>/dev/null";

    static IEnumerable<string> Words => CommandTable.All.Select(c => c.Name.Split(' ')[0]).Distinct();

    static IEnumerable<IGrouping<string, Command>> Groups => CommandTable.All.Where(c => c.Group is not null).GroupBy(c => c.Group!);

    internal static string? Of(string shell) => shell switch
    {
        "bash" => Bash(),
        "zsh" => Zsh(),
        "fish" => Fish(),
        _ => null,
    };

    static string Bash()
    {
        // Bash cuts words at colons, which names of models have: the line itself says what is being typed.
        var text = new StringBuilder("_hearth() {\n    local line=${COMP_LINE:0:COMP_POINT} command=${COMP_WORDS[1]} options= models=\n    local word=${line##* } before=${line% *}\n");
        text.Append($"    if [ \"$COMP_CWORD\" -eq 1 ]; then\n        COMPREPLY=($(compgen -W '{string.Join(' ', Words)} --help --version' -- \"$word\"))\n        return\n    fi\n");
        text.Append("    case $command in\n");
        foreach (var group in Groups)
        {
            text.Append($"        {group.Key})\n            if [ \"$COMP_CWORD\" -eq 2 ]; then\n                COMPREPLY=($(compgen -W '{string.Join(' ', group.Select(LastWord))} --help' -- \"$word\"))\n                return\n            fi\n");
            text.Append("            command=\"$command ${COMP_WORDS[2]}\" ;;\n");
        }

        text.Append("    esac\n    case $command in\n");
        foreach (var command in CommandTable.All)
            text.Append($"        '{command.Name}') options='{Options(command)}{Shells(command)}'{(command.ArgumentIsModel ? " models=yes" : "")} ;;\n");
        text.Append($"    esac\n    case ${{before##* }} in {ModelOptions("|")}) models=yes ;; esac\n");
        text.Append("    case $word in\n        -*) COMPREPLY=($(compgen -W \"$options\" -- \"$word\")) ;;\n");
        text.Append($"        *) COMPREPLY=($(compgen -f -- \"$word\") $([ \"$command\" = completion ] && compgen -W \"$options\" -- \"$word\") $([ -n \"$models\" ] && compgen -W \"$({ModelNames})\" -- \"$word\")) ;;\n    esac\n");
        text.Append("    local head=${word%\"${word##*:}\"}\n    [[ $COMP_WORDBREAKS == *:* ]] && COMPREPLY=(\"${COMPREPLY[@]#\"$head\"}\")\n}\n");
        return text.Append("complete -o filenames -F _hearth hearth\n").ToString();
    }

    static string Zsh()
    {
        var text = new StringBuilder($"#compdef hearth\n_hearth_models() {{\n    local -a names=(${{(f)\"$({ModelNames})\"}})\n    compadd -a names\n    _files\n}}\n_hearth() {{\n    local command=$words[2]\n    if (( CURRENT == 2 )); then\n");
        AppendDescriptions(text, CommandTable.All.Where(c => c.Group is null).Select(c => (c.Name, c.Summary)).Concat(Groups.Select(g => (g.Key, CommandTable.Groups[g.Key]))));
        text.Append("    fi\n    case $command in\n");
        foreach (var group in Groups)
        {
            text.Append($"        {group.Key})\n    if (( CURRENT == 3 )); then\n");
            AppendDescriptions(text, group.Select(c => (LastWord(c), c.Summary)));
            text.Append("    fi\n            command=\"$command $words[3]\" ;;\n");
        }

        text.Append("    esac\n    case $command in\n");
        foreach (var command in CommandTable.All)
        {
            text.Append($"        '{command.Name}') _arguments");
            foreach (var setting in command.Settings)
                text.Append($" \\\n            {Quote(ZshOption(setting))}");
            text.Append($" \\\n            {Quote(command == CompletionCommand.Command ? "*:shell:(bash zsh fish)" : command.ArgumentIsModel ? "*:model:_hearth_models" : "*:file:_files")} ;;\n");
        }

        return text.Append("    esac\n}\n[ \"$funcstack[1]\" = _hearth ] && _hearth \"$@\" || compdef _hearth hearth\n").ToString();
    }

    static void AppendDescriptions(StringBuilder text, IEnumerable<(string Word, string Summary)> words)
    {
        text.Append("        local -a commands=(\n");
        foreach (var (word, summary) in words)
            text.Append($"            {Quote($"{word}:{summary.Replace(":", "\\:")}")}\n");
        text.Append("        )\n        _describe command commands\n        return\n");
    }

    static string Fish()
    {
        var text = new StringBuilder("complete -c hearth -n __fish_use_subcommand -f -l help -d 'shows the commands'\ncomplete -c hearth -n __fish_use_subcommand -f -l version -d 'shows the version'\n");
        foreach (var command in CommandTable.All.Where(c => c.Group is null))
            text.Append($"complete -c hearth -n __fish_use_subcommand -f -a {command.Name} -d {Quote(command.Summary)}\n");
        foreach (var group in Groups)
        {
            text.Append($"complete -c hearth -n __fish_use_subcommand -f -a {group.Key} -d {Quote(CommandTable.Groups[group.Key])}\n");
            foreach (var command in group)
                text.Append($"complete -c hearth -n '__fish_seen_subcommand_from {group.Key}; and not __fish_seen_subcommand_from {string.Join(' ', group.Select(LastWord))}' -f -a {LastWord(command)} -d {Quote(command.Summary)}\n");
        }

        foreach (var command in CommandTable.All)
        {
            var seen = Quote(string.Join("; and ", command.Name.Split(' ').Select(word => $"__fish_seen_subcommand_from {word}")));
            foreach (var setting in command.Settings)
                text.Append($"complete -c hearth -n {seen} -l {setting.Name}{(setting.ValueName is null ? "" : " -r")}{(setting.NamesModel ? $" -a '({ModelNames})'" : "")} -d {Quote(setting.Help)}\n");
            if (command.ArgumentIsModel)
                text.Append($"complete -c hearth -n {seen} -a '({ModelNames})'\n");
        }

        return text.Append("complete -c hearth -n '__fish_seen_subcommand_from completion' -f -a 'bash zsh fish'\n").ToString();
    }

    static string LastWord(Command command) => command.Name.Split(' ')[^1];

    static string Options(Command command) => string.Join(' ', command.Settings.Select(s => s.Option).Append("--help"));

    static string ModelOptions(string separator)
        => string.Join(separator, CommandTable.All.SelectMany(c => c.Settings).Where(s => s.NamesModel).Select(s => s.Option).Distinct());

    static string Shells(Command command) => command == CompletionCommand.Command ? " bash zsh fish" : "";

    static string ZshOption(Setting setting)
    {
        var help = setting.Help.Replace("[", "\\[").Replace("]", "\\]").Replace(":", "\\:");
        var value = setting.ValueName is null ? "" : $":{setting.ValueName}:{(setting.NamesModel ? "_hearth_models" : "_files")}";
        return $"{(setting.Repeatable ? "*" : "")}{setting.Option}[{help}]{value}";
    }

    static string Quote(string text) => $"'{text.Replace("'", "'\\''")}'";
}
