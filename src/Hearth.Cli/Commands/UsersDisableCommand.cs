namespace Hearth.Cli.Commands;

/// <summary><c>hearth users disable</c>: refuses all keys of a user.</summary>
static class UsersDisableCommand
{
    internal static readonly Command Command = new("users disable", "refuses all keys of a user until it is enabled again", RunAsync)
    {
        Argument = "NAME…",
        ArgumentHelp = "the users",
        ManyArguments = true,
        Groups = [],
        Examples = [("a user who is away", "hearth users disable alice")],
    };

    static Task<int> RunAsync(Invocation call) => UserSwitch.RunAsync(call, disabled: true);
}
