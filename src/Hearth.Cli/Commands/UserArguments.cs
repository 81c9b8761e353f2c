using Hearth.Cli.Output;

namespace Hearth.Cli.Commands;

/// <summary>Which users a command line names.</summary>
static class UserArguments
{
    /// <summary>The only one.</summary>
    internal static string One(Invocation call) => Several(call)[0];

    /// <summary>All of them, at least one.</summary>
    internal static IReadOnlyList<string> Several(Invocation call)
        => call.Arguments.Count > 0 ? call.Arguments : throw new CliException(ExitCode.Usage, "No user is named.", "the name of a user.", "'hearth users list' shows them.");
}
