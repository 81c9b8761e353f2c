namespace Hearth.Cli.Output;

/// <summary>What this program itself refuses, with the number that it returns.</summary>
sealed class CliException(int exitCode, string message, string expected = "", string remedy = "", Exception? inner = null) : Exception(message, inner)
{
    internal int ExitCode => exitCode;

    internal string Expected => expected;

    internal string Remedy => remedy;
}
