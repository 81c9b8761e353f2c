using System.Security.Cryptography.X509Certificates;
using Hearth.Cli.Output;
using Hearth.Cli.Settings;
using Hearth.Models;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Server;
using Hearth.Server.Serving;
using Hearth.Storage;
using Hearth.Storage.Access;

namespace Hearth.Cli.Commands;

/// <summary><c>hearth serve</c>: answers programs over HTTP.</summary>
static class ServeCommand
{
    /// <summary>Who the first key belongs to.</summary>
    const string Owner = "owner";

    internal static readonly Command Command = new("serve", "answers programs over HTTP, as OpenAI's chat API does", RunAsync)
    {
        Details = "Programs of this machine only, unless --address names another address; then a certificate\n"
            + "is needed. Every request needs a key: the first start makes one and shows it, 'hearth keys add'\n"
            + "makes more. Models are loaded when they are first asked for. Ctrl-C ends: what is being answered\n"
            + "may take --farewell seconds more.",
        Groups =
        [
            ("Server", [SettingTable.Address, SettingTable.Port, SettingTable.HostName, SettingTable.Certificate, SettingTable.CertificateKey, SettingTable.Farewell]),
            ("Work", [SettingTable.Parallel, SettingTable.Waiting, SettingTable.Patience, SettingTable.KeepAlive, SettingTable.MemoryBudget]),
            // Which model, a request says; adapters belong to one: 'hearth models set' sets them.
            ("Models", [.. SettingTable.Loading.Where(setting => setting != SettingTable.Model && setting != SettingTable.Lora)]),
        ],
        Examples =
        [
            ("for the programs of this machine", "hearth serve"),
            ("for others in the house", "hearth serve --address 192.168.1.10 --certificate hearth.pem --certificate-key hearth.key"),
            ("which answers to programs of OpenAI's API", "curl http://localhost:8377/v1/models -H \"Authorization: Bearer $HEARTH_KEY\""),
        ],
    };

    static async Task<int> RunAsync(Invocation call)
    {
        using var certificate = ReadCertificate(call);
        var listen = new ListenOptions(call.Get(SettingTable.Address), call.Get(SettingTable.Port))
        {
            Certificate = certificate,
            Farewell = TimeSpan.FromSeconds(call.Get(SettingTable.Farewell)),
        };
        if (!listen.IsLocal() && certificate is null)
        {
            throw new CliException(
                ExitCode.Usage, $"Other machines can reach {listen.Address}, and there is no certificate: keys and texts would pass the network in the clear.",
                "--certificate FILE and --certificate-key FILE, or an address of this machine only.", "Leave --address out, or name a certificate.");
        }

        await using var storage = call.OpenStorage();
        var options = new ServerOptions
        {
            Models = call.Models,
            OpenModel = (model, _) => call.OpenAsync(Choose(call, model).Model),
            ModelSettings = model => Choose(call, model).Settings,
            Database = storage,
            Unconfined = call.Get(SettingTable.Unconfined),
            HostNames = call.Get(SettingTable.HostName),
            Limits = new()
            {
                Parallel = call.Get(SettingTable.Parallel),
                Waiting = call.Get(SettingTable.Waiting),
                Patience = TimeSpan.FromSeconds(call.Get(SettingTable.Patience)),
                KeepAlive = TimeSpan.FromSeconds(call.Get(SettingTable.KeepAlive)),
                MemoryBudget = call.Get(SettingTable.MemoryBudget) * 1_000_000L,
            },
        };
        // A server runs for weeks: nobody waits for its end to hear of an alarm.
        call.Host.Alarms.Heard = () => call.Host.Alarms.Show(call.Terminal);
        await using var server = await StartAsync(options, listen, call);
        await ShowAsync(call, server, storage);
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, call.CancellationToken);
        }
        catch (OperationCanceledException)
        {
            call.Note("ending: answers that are under way may finish");
        }

        return ExitCode.Ok;
    }

    static async Task<HearthServer> StartAsync(ServerOptions options, ListenOptions listen, Invocation call)
    {
        try
        {
            return await HearthServer.StartAsync(options, listen, ServerLog.Configure, call.CancellationToken);
        }
        catch (IOException e)
        {
            throw new CliException(ExitCode.RequestFailed, $"The server can't listen on {listen.Address} port {listen.Port}: {e.Message}", "an address of this machine and a free port.", "Name another with --port, or end what listens there.", e);
        }
    }

    static async Task ShowAsync(Invocation call, HearthServer server, Database storage)
    {
        var key = await FirstKeyAsync(storage, call.CancellationToken);
        var address = server.Address.ToString().TrimEnd('/');
        if (call.Json)
        {
            call.WriteResult(writer =>
            {
                writer.WriteString("address", address);
                if (key is not null)
                    writer.WriteString("key", key);
            });
            return;
        }

        call.Terminal.Write($"Hearth serves at {address}\n");
        call.Terminal.Write(key is null
            ? "  key         one of 'hearth keys list'; 'hearth keys add' makes another\n"
            : $"  key         {key}\n              (shown this one time: it belongs to the user {Owner}, and only its digest is kept)\n");
        call.Terminal.Write($"  OpenAI      base URL {address}/v1, API key KEY\n");
        call.Terminal.Write($"  try it      curl {address}/v1/models -H 'Authorization: Bearer KEY'\n");
    }

    /// <summary>A key for whoever starts the server for the first time; null where there are users.</summary>
    static async Task<string?> FirstKeyAsync(Database storage, CancellationToken cancellationToken)
    {
        if ((await storage.Users.ListAsync(cancellationToken)).Count > 0)
            return null;
        await storage.Users.AddAsync(Owner, new(), cancellationToken);
        var (_, text) = await storage.Keys.AddAsync(Owner, new(KeyScopes.Chat | KeyScopes.Read | KeyScopes.Admin) { Label = "made by the first start of the server" }, cancellationToken);
        return text.Reveal();
    }

    static X509Certificate2? ReadCertificate(Invocation call)
    {
        if (call.Get(SettingTable.Certificate) is not { } path)
            return null;
        try
        {
            return X509Certificate2.CreateFromPemFile(call.Folders.Resolve(path), call.Get(SettingTable.CertificateKey) is { } key ? call.Folders.Resolve(key) : null);
        }
        catch (System.Security.Cryptography.CryptographicException e)
        {
            throw new CliException(ExitCode.Usage, "The certificate can't be used.", "a certificate and its key in PEM files.", "Check --certificate and --certificate-key.", e);
        }
    }

    /// <summary>A model as 'hearth models set' and the command line have it.</summary>
    static (ChosenModel Model, ModelSettings Settings) Choose(Invocation call, ModelEntry entry)
    {
        // Which model's defaults hold is a state of the settings.
        lock (call.Values)
        {
            var model = call.ChooseModel(entry);
            return (model, new(call.LoadOptions(model), RequestBuilder.Build(call, new TextPrompt("")), PrivateText.OrNull(call.Get(SettingTable.System))));
        }
    }
}
