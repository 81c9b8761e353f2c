namespace Hearth.Cli.Output;

/// <summary>What this program itself refuses, with the number that it returns.</summary>
sealed class CliException(int exitCode, string message, string expected = "", string remedy = "", Exception? inner = null) : Exception(message, inner)
{
    internal int ExitCode => exitCode;

    /// <summary>A word for scripts, in the style of the engine's own codes.</summary>
    internal string Code => exitCode switch
    {
        Output.ExitCode.Usage => "usage",
        Output.ExitCode.Model => "invalid_model",
        _ => "request",
    };

    internal string Expected => expected;

    internal string Remedy => remedy;
}
