using Hearth.Cli.Output;
using Hearth.Cli.Settings;
using Hearth.Cli.Terminals;
using Hearth.Server;

namespace Hearth.Cli.Commands;

/// <summary><c>hearth serve</c>: answers programs over HTTP.</summary>
static class ServeCommand
{
    internal static readonly Command Command = new("serve", "answers programs over HTTP: the APIs of OpenAI, Ollama and Anthropic, and MCP", RunAsync)
    {
        Details = "Programs of this machine only, unless --address names another address; then a certificate\n"
            + "is needed: your own, or with --self-signed one that Hearth makes and keeps, which clients are\n"
            + "told to trust. Every request needs a key: the first start makes one and shows it, 'hearth keys\n"
            + "add' makes more. Models are loaded when they are first asked for. Ctrl-C ends: what is being answered\n"
            + "may take --farewell seconds more.",
        Groups =
        [
            ("Server", [SettingTable.Address, SettingTable.Port, SettingTable.HostName, SettingTable.Certificate, SettingTable.CertificateKey, SettingTable.SelfSigned, SettingTable.FirstKey, SettingTable.Farewell]),
            ("Work", [SettingTable.Parallel, SettingTable.Waiting, SettingTable.Patience, SettingTable.KeepAlive, SettingTable.MemoryBudget]),
            // Which model, a request says; adapters belong to one: 'hearth models set' sets them.
            ("Models", [.. SettingTable.Loading.Where(setting => setting != SettingTable.Model && setting != SettingTable.Lora)]),
        ],
        Examples =
        [
            ("for the programs of this machine", "hearth serve"),
            ("for others in the house", "hearth serve --address 192.168.1.10 --self-signed --host-name hearth.lan"),
            ("with a certificate that others vouch for", "hearth serve --address 192.168.1.10 --certificate hearth.pem --certificate-key hearth.key"),
            ("which models there are", "curl http://localhost:8377/v1/models -H \"Authorization: Bearer $HEARTH_KEY\""),
        ],
    };

    static async Task<int> RunAsync(Invocation call)
    {
        using var tls = ServerCertificate.Of(call);
        var listen = new ListenOptions(call.Get(SettingTable.Address), call.Get(SettingTable.Port))
        {
            Certificate = tls.Certificate,
            Farewell = TimeSpan.FromSeconds(call.Get(SettingTable.Farewell)),
        };
        if (!listen.IsLocal() && tls.Certificate is null)
        {
            throw new CliException(
                ExitCode.Usage, $"Other machines can reach {listen.Address}, and there is no certificate: keys and texts would pass the network in the clear.",
                "--self-signed, --certificate FILE and --certificate-key FILE, or an address of this machine only.", "Add --self-signed, or leave --address out.");
        }

        await using var storage = call.OpenStorage();
        var options = new ServerOptions
        {
            Models = call.Models,
            // Answers go to sockets, whose buffers never make a writer wait.
            OpenModel = (model, _) => ServedModel.OpenAsync(call, model, inlineReplies: true),
            ModelSettings = model => ServedModel.SettingsOf(call, model),
            Database = storage,
            Unconfined = call.Get(SettingTable.Unconfined),
            DeniedCalls = () => call.Host.Alarms.Count,
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
        Show(call, server, await FirstKey.MakeAsync(call, storage), tls);
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
            return await HearthServer.StartAsync(options, listen, log => ServerLog.Configure(log, call.Get(SettingTable.Quiet)), call.CancellationToken);
        }
        catch (IOException e)
        {
            throw new CliException(ExitCode.RequestFailed, $"The server can't listen on {listen.Address} port {listen.Port}: {e.Message}", "an address of this machine and a free port.", "Name another with --port, or end what listens there.", e);
        }
    }

    static void Show(Invocation call, HearthServer server, (string? Text, string? File) key, ServerCertificate tls)
    {
        var address = server.Address.ToString().TrimEnd('/');
        if (call.Json)
        {
            call.WriteResult(writer =>
            {
                writer.WriteString("address", address);
                if (key.Text is not null)
                    writer.WriteString("key", key.Text);
                if (key.File is not null)
                    writer.WriteString("key_file", key.File);
                if (tls.ToTrust is not null)
                {
                    writer.WriteString("certificate", tls.ToTrust);
                    writer.WriteString("fingerprint", tls.Fingerprint);
                }
            });
            return;
        }

        call.Terminal.Write($"Hearth serves at {address}\n");
        call.Terminal.Write(key switch
        {
            ({ } text, _) => $"  key         {text}\n              (shown this one time: it belongs to the user {FirstKey.Owner}, and only its digest is kept)\n",
            (_, { } file) => $"  key         in {TerminalText.Clean(file)}\n              (written this one time: it belongs to the user {FirstKey.Owner}, and only its digest is kept elsewhere)\n",
            _ => "  key         one of 'hearth keys list'; 'hearth keys add' makes another\n",
        });
        if (tls.ToTrust is not null)
        {
            call.Terminal.Write($"  SHA-256     {tls.Fingerprint}\n              (of the certificate, for clients that compare it)\n");
            call.Terminal.Write($"  trust it    copy {tls.ToTrust} to the clients:\n              curl --cacert FILE, SSL_CERT_FILE=FILE (Python, Go, OpenSSL), NODE_EXTRA_CA_CERTS=FILE (Node.js)\n");
        }

        call.Terminal.Write($"  OpenAI      base URL {address}/v1, API key KEY\n");
        call.Terminal.Write($"  Ollama      host {address}, header Authorization: Bearer KEY\n");
        call.Terminal.Write($"  Anthropic   base URL {address}, API key KEY\n");
        call.Terminal.Write($"  MCP         {address}/mcp, bearer token KEY\n");
        call.Terminal.Write($"  try it      curl {(tls.ToTrust is null ? "" : $"--cacert {tls.ToTrust} ")}{address}/v1/models -H 'Authorization: Bearer KEY'\n");
    }
}
