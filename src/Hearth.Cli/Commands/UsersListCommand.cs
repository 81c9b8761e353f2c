using Hearth.Cli.Output;

namespace Hearth.Cli.Commands;

/// <summary><c>hearth users list</c>: who may use the models of this machine.</summary>
static class UsersListCommand
{
    internal static readonly Command Command = new("users list", "shows the users with their limits", RunAsync)
    {
        Groups = [],
        Examples = [("the list", "hearth users list"), ("the names", "hearth users list --json | jq -r '.users[].name'")],
    };

    static async Task<int> RunAsync(Invocation call)
    {
        await using var storage = call.OpenStorage();
        var users = await storage.Users.ListAsync(call.CancellationToken);
        if (call.Json)
            call.Terminal.WriteJson(writer => writer.WriteObjects("users", users, user => AccountJson.Write(writer, user)));
        else if (users.Count == 0)
            call.Note("There is no user. 'hearth users add NAME' makes one.");
        else
            call.Terminal.Write(AccountText.Users(users));
        return ExitCode.Ok;
    }
}
