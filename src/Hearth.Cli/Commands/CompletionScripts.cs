using System.Text;
using Hearth.Cli.Settings;

namespace Hearth.Cli.Commands;

/// <summary>Completion scripts, made from the table of commands. Files are completed everywhere, because most values are files.</summary>
static class CompletionScripts
{
    internal static string? Of(string shell) => shell switch
    {
        "bash" => Bash(),
        "zsh" => Zsh(),
        "fish" => Fish(),
        _ => null,
    };

    static string Bash()
    {
        var text = new StringBuilder("_hearth() {\n    local word=${COMP_WORDS[COMP_CWORD]} options=\n");
        text.Append($"    if [ \"$COMP_CWORD\" -eq 1 ]; then\n        COMPREPLY=($(compgen -W '{Names} --help --version' -- \"$word\"))\n        return\n    fi\n");
        text.Append("    case ${COMP_WORDS[1]} in\n");
        foreach (var command in CommandTable.All)
            text.Append($"        {command.Name}) options='{Options(command)}{Words(command)}' ;;\n");
        text.Append("    esac\n    case $word in\n        -*) COMPREPLY=($(compgen -W \"$options\" -- \"$word\")) ;;\n");
        text.Append("        *) COMPREPLY=($(compgen -f -- \"$word\") $([ \"${COMP_WORDS[1]}\" = completion ] && compgen -W \"$options\" -- \"$word\")) ;;\n    esac\n}\n");
        return text.Append("complete -o filenames -F _hearth hearth\n").ToString();
    }

    static string Zsh()
    {
        var text = new StringBuilder("#compdef hearth\n_hearth() {\n    if (( CURRENT == 2 )); then\n        local -a commands=(\n");
        foreach (var command in CommandTable.All)
            text.Append($"            {Quote($"{command.Name}:{command.Summary.Replace(":", "\\:")}")}\n");
        text.Append("        )\n        _describe command commands\n        return\n    fi\n    case $words[2] in\n");
        foreach (var command in CommandTable.All)
        {
            text.Append($"        {command.Name}) _arguments");
            foreach (var setting in command.Settings)
                text.Append($" \\\n            {Quote(ZshOption(setting))}");
            text.Append($" \\\n            {Quote(command == CompletionCommand.Command ? "*:shell:(bash zsh fish)" : "*:file:_files")} ;;\n");
        }

        return text.Append("    esac\n}\n[ \"$funcstack[1]\" = _hearth ] && _hearth \"$@\" || compdef _hearth hearth\n").ToString();
    }

    static string Fish()
    {
        var text = new StringBuilder("complete -c hearth -n __fish_use_subcommand -f -l help -d 'shows the commands'\ncomplete -c hearth -n __fish_use_subcommand -f -l version -d 'shows the version'\n");
        foreach (var command in CommandTable.All)
            text.Append($"complete -c hearth -n __fish_use_subcommand -f -a {command.Name} -d {Quote(command.Summary)}\n");
        foreach (var command in CommandTable.All)
        {
            foreach (var setting in command.Settings)
                text.Append($"complete -c hearth -n '__fish_seen_subcommand_from {command.Name}' -l {setting.Name}{(setting.ValueName is null ? "" : " -r")} -d {Quote(setting.Help)}\n");
        }

        return text.Append("complete -c hearth -n '__fish_seen_subcommand_from completion' -f -a 'bash zsh fish'\n").ToString();
    }

    static string Names => string.Join(' ', CommandTable.All.Select(c => c.Name));

    static string Options(Command command) => string.Join(' ', command.Settings.Select(s => s.Option).Append("--help"));

    static string Words(Command command) => command == CompletionCommand.Command ? " bash zsh fish" : "";

    static string ZshOption(Setting setting)
    {
        var help = setting.Help.Replace("[", "\\[").Replace("]", "\\]").Replace(":", "\\:");
        var value = setting.ValueName is null ? "" : $":{setting.ValueName}:_files";
        return $"{(setting.Repeatable ? "*" : "")}{setting.Option}[{help}]{value}";
    }

    static string Quote(string text) => $"'{text.Replace("'", "'\\''")}'";
}
