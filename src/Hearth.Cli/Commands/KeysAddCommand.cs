using Hearth.Cli.Output;
using Hearth.Cli.Settings;

namespace Hearth.Cli.Commands;

/// <summary><c>hearth keys add</c>: makes a key and shows it, once.</summary>
static class KeysAddCommand
{
    internal static readonly Command Command = new("keys add", "makes an API key of a user, and shows it this one time", RunAsync)
    {
        Argument = "USER",
        ArgumentHelp = "whose key it is",
        Details = "Only a digest of the key is kept, so it cannot be shown again: copy it, or write standard output where it belongs.",
        Groups = [("Key", [SettingTable.Scope, SettingTable.KeyModels, SettingTable.Expires, SettingTable.Label])],
        Examples =
        [
            ("a key to chat with", "hearth keys add alice"),
            ("for one model, for three months, into a file", "(umask 077; hearth keys add alice --model llama3.2:1b --expires 90d --label notebook > key.txt)"),
            ("to manage models and users with", "hearth keys add alice --scope read,admin"),
        ],
    };

    static async Task<int> RunAsync(Invocation call)
    {
        var name = UserArguments.One(call);
        var now = call.Host.Clock.GetUtcNow();
        var models = call.Get(SettingTable.KeyModels).Select(model => call.Models.Find(model).Name).ToList();
        await using var storage = call.OpenStorage();
        var (key, text) = await storage.Keys.AddAsync(
            name, new(call.Get(SettingTable.Scope)) { Models = models.Count > 0 ? models : null, Expires = call.Get(SettingTable.Expires)?.From(now), Label = call.Get(SettingTable.Label) ?? "" },
            call.CancellationToken);
        if (call.Json)
        {
            call.Terminal.WriteJson(writer =>
            {
                writer.WriteString("key", text.Reveal());
                AccountJson.Write(writer, key, now);
            });
        }
        else
        {
            call.Terminal.Write($"{text.Reveal()}\n");
            call.Note($"This is the key of {key.User}, shown this one time. 'hearth keys revoke {key.Id}' revokes it.");
        }

        return ExitCode.Ok;
    }
}
