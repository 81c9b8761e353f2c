using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Hearth.ConfinementProbe;

/// <summary>Runs all probes from a confined worker and from an unconfined one, as whoever this process runs as; prints both results as JSON.</summary>
static class Suite
{
    internal static async Task<int> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("hearth-probe-");
        using var victim = Process.Start(new ProcessStartInfo(Self.Executable, "victim") { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        using var tcp = new TcpListener(IPAddress.Loopback, 0);
        using var local = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            tcp.Start();
            local.Bind(new UnixDomainSocketEndPoint(Path.Combine(folder.FullName, "listener.sock")));
            local.Listen();
            await victim.StandardOutput.ReadLineAsync();
            var first = File.ReadLines($"/proc/{victim.Id}/maps").First().Split('-')[0];
            var targets = new Targets(((IPEndPoint)tcp.LocalEndpoint).Port, folder.FullName, victim.Id, long.Parse(first, NumberStyles.HexNumber, null));

            var results = new Dictionary<string, Dictionary<string, string>>();
            foreach (var confine in (bool[])[true, false])
            {
                Prepare(folder.FullName);
                results[confine ? "confined" : "control"] = await ProbeAsync(confine, targets);
            }

            Console.WriteLine(JsonSerializer.Serialize(results, Results.Default.DictionaryStringDictionaryStringString));
            return 0;
        }
        finally
        {
            victim.StandardInput.Close();
            await victim.WaitForExitAsync();
            folder.Delete(recursive: true);
        }
    }

    static void Prepare(string folder)
    {
        foreach (var name in (string[])["secret.txt", "truncate-me", "remove-me"])
            File.WriteAllText(Path.Combine(folder, name), "secret");
        File.Delete(Path.Combine(folder, "new"));
        if (!File.Exists(Path.Combine(folder, "link")))
            File.CreateSymbolicLink(Path.Combine(folder, "link"), Path.Combine(folder, "secret.txt"));
    }

    static async Task<Dictionary<string, string>> ProbeAsync(bool confine, Targets targets)
    {
        using var worker = Self.Start(confine);
        await worker.Link.WriteAsync(Encoding.UTF8.GetBytes($"probe {string.Join(' ', targets.ToArguments())}\n"));
        using var reader = new StreamReader(worker.Link, Encoding.UTF8, leaveOpen: true);
        var answer = await reader.ReadLineAsync() ?? throw new InvalidOperationException($"The worker ended: {await worker.WaitForExitAsync()}.");
        return JsonSerializer.Deserialize(answer, Results.Default.DictionaryStringString)!;
    }
}
