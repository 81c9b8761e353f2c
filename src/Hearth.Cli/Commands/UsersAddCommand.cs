using Hearth.Cli.Output;
using Hearth.Cli.Settings;

namespace Hearth.Cli.Commands;

/// <summary><c>hearth users add</c>: makes a user.</summary>
static class UsersAddCommand
{
    internal static readonly Command Command = new("users add", "makes a user: a tenant with a cache, limits and keys of its own", RunAsync)
    {
        Argument = "NAME",
        ArgumentHelp = "the name of the user",
        Details = "A user is somebody, or some program, that asks this machine's models over the network. It needs a key:\n'hearth keys add NAME'.",
        Groups = [("Limits", SettingTable.PerUser)],
        Examples =
        [
            ("a user, and a key", "hearth users add alice && hearth keys add alice"),
            ("a program that shall not crowd out people", "hearth users add indexer --tokens-per-day 2000000 --requests-per-minute 60"),
        ],
    };

    static async Task<int> RunAsync(Invocation call)
    {
        var name = UserArguments.One(call);
        await using var storage = call.OpenStorage();
        var user = await storage.Users.AddAsync(
            name, new(call.Get(SettingTable.Weight), call.Get(SettingTable.TokensPerDay), call.Get(SettingTable.RequestsPerMinute)), call.CancellationToken);
        if (call.Json)
            call.Terminal.WriteJson(writer => AccountJson.Write(writer, user));
        else
            call.Note($"{user.Name} was added. It has no key yet: 'hearth keys add {user.Name}' makes one.");
        return ExitCode.Ok;
    }
}
