using Hearth.Cli.Output;

namespace Hearth.Cli.Commands;

/// <summary><c>hearth completion</c>: a script that teaches a shell the commands and options.</summary>
static class CompletionCommand
{
    internal static readonly Command Command = new("completion", "prints a script that completes commands and options in a shell", RunAsync)
    {
        Argument = "SHELL",
        ArgumentHelp = "bash, zsh or fish",
        Groups = [],
        Examples =
        [
            ("bash, for this session", "source <(hearth completion bash)"),
            ("zsh, for every session", "hearth completion zsh > ~/.zfunc/_hearth"),
            ("fish, for every session", "hearth completion fish > ~/.config/fish/completions/hearth.fish"),
        ],
    };

    static Task<int> RunAsync(Invocation call)
    {
        var script = CompletionScripts.Of(call.Argument ?? "")
            ?? throw new CliException(ExitCode.Usage, call.Argument is null ? "No shell is named." : $"There is no script for {call.Argument}.", "bash, zsh or fish.", "'hearth completion --help' has examples.");
        if (call.Json)
        {
            call.Terminal.WriteJson(writer =>
            {
                writer.WriteString("shell", call.Argument);
                writer.WriteString("script", script);
            });
        }
        else
        {
            call.Terminal.Write(script);
        }

        return Task.FromResult(ExitCode.Ok);
    }
}
