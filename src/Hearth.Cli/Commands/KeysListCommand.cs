using Hearth.Cli.Output;

namespace Hearth.Cli.Commands;

/// <summary><c>hearth keys list</c>: the keys, which are known by their ids only.</summary>
static class KeysListCommand
{
    internal static readonly Command Command = new("keys list", "shows the keys: what they may do, until when, when they were last used", RunAsync)
    {
        Argument = "USER",
        ArgumentHelp = "whose keys; without it all are shown",
        Details = "The text of a key is kept nowhere. Its id is the part after hearth_, up to the next underscore.",
        Groups = [],
        Examples = [("all keys", "hearth keys list"), ("keys that are good for ever", "hearth keys list --json | jq '.keys[] | select(.expires == null and .state == \"good\")'")],
    };

    static async Task<int> RunAsync(Invocation call)
    {
        await using var storage = call.OpenStorage();
        var keys = await storage.Keys.ListAsync(call.Argument, call.CancellationToken);
        var now = call.Host.Clock.GetUtcNow();
        if (call.Json)
            call.Terminal.WriteJson(writer => writer.WriteObjects("keys", keys, key => AccountJson.Write(writer, key, now)));
        else if (keys.Count == 0)
            call.Note("There is no key. 'hearth keys add USER' makes one.");
        else
            call.Terminal.Write(AccountText.Keys(keys, now));
        return ExitCode.Ok;
    }
}
