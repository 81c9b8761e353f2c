using Hearth.Cli.Output;
using Hearth.Storage.Access;

namespace Hearth.Cli.Commands;

/// <summary><c>hearth keys revoke</c>: keys that are accepted no more.</summary>
static class KeysRevokeCommand
{
    internal static readonly Command Command = new("keys revoke", "revokes keys: from now on they are refused, by a running server too", RunAsync)
    {
        Argument = "ID…",
        ArgumentHelp = "the ids of the keys",
        ManyArguments = true,
        Groups = [],
        Examples = [("a key that leaked", "hearth keys revoke 7k3m9x2q4w")],
    };

    static async Task<int> RunAsync(Invocation call)
    {
        if (call.Arguments.Count == 0)
            throw new CliException(ExitCode.Usage, "No key is named.", "the id of a key.", "'hearth keys list' shows them.");
        await using var storage = call.OpenStorage();
        var revoked = new List<ApiKey>();
        foreach (var id in call.Arguments)
        {
            var key = await storage.Keys.RevokeAsync(id, call.CancellationToken);
            revoked.Add(key);
            call.Note($"{key.Id} of {key.User} is revoked.");
        }

        var now = call.Host.Clock.GetUtcNow();
        if (call.Json)
            call.Terminal.WriteJson(writer => writer.WriteObjects("revoked", revoked, key => AccountJson.Write(writer, key, now)));
        return ExitCode.Ok;
    }
}
