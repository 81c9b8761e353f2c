namespace Hearth.Cli.Commands;

/// <summary><c>hearth users enable</c>: accepts the keys of a disabled user again.</summary>
static class UsersEnableCommand
{
    internal static readonly Command Command = new("users enable", "accepts the keys of a disabled user again", RunAsync)
    {
        Argument = "NAME…",
        ArgumentHelp = "the users",
        ManyArguments = true,
        Groups = [],
        Examples = [("a user who is back", "hearth users enable alice")],
    };

    static Task<int> RunAsync(Invocation call) => UserSwitch.RunAsync(call, disabled: false);
}
