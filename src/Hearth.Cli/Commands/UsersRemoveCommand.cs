using Hearth.Cli.Output;
using Hearth.Storage.Access;

namespace Hearth.Cli.Commands;

/// <summary><c>hearth users remove</c>: removes users with all their keys.</summary>
static class UsersRemoveCommand
{
    internal static readonly Command Command = new("users remove", "removes users with their keys, usage and tenant secret", RunAsync)
    {
        Argument = "NAME…",
        ArgumentHelp = "the users",
        ManyArguments = true,
        Details = "What is removed is overwritten in the file and cannot come back. 'hearth users disable' refuses\nthe keys and keeps the rest.",
        Groups = [],
        Examples = [("a user", "hearth users remove alice")],
    };

    static async Task<int> RunAsync(Invocation call)
    {
        var names = UserArguments.Several(call);
        await using var storage = call.OpenStorage();
        var removed = new List<UserAccount>();
        foreach (var name in names)
        {
            var user = await storage.Users.RemoveAsync(name, call.CancellationToken);
            removed.Add(user);
            call.Note($"{user.Name} was removed, with all keys.");
        }

        if (call.Json)
            call.Terminal.WriteJson(writer => writer.WriteObjects("removed", removed, user => AccountJson.Write(writer, user)));
        return ExitCode.Ok;
    }
}
