using System.Diagnostics;
using System.Runtime.CompilerServices;
using Hearth.Tests.Support;

namespace Hearth.Tests.Server.Support;

/// <summary>A client for JavaScript, run by Node. Its cases are in tests/clients.</summary>
static class NodeClient
{
    const string Missing = "the clients for JavaScript are not installed: npm ci in tests/clients does it";

    static readonly string Folder = Repository.At("tests", "clients");

    /// <summary>Runs the case that is named like the test.</summary>
    /// <param name="server">The server.</param>
    /// <param name="client">The file of the cases.</param>
    /// <param name="key">The key; null takes that of alice.</param>
    /// <param name="test">The test's name.</param>
    internal static async Task RunAsync(TestServer server, string client, string? key = null, [CallerMemberName] string test = "")
    {
        Assert.SkipUnless(Directory.Exists(Path.Combine(Folder, "node_modules")) || Environment.GetEnvironmentVariable("CI") is not null, Missing);
        var start = new ProcessStartInfo("node", [Path.Combine(Folder, "run.mjs"), client, test.Replace('_', ' ')]) { RedirectStandardOutput = true, RedirectStandardError = true };
        (start.Environment["HEARTH_ADDRESS"], start.Environment["HEARTH_KEY"]) = (server.Address.ToString().TrimEnd('/'), key ?? server.Key);
        using var process = Process.Start(start)!;
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience.Longest);
            Assert.True(process.ExitCode == 0, $"{await output}{await errors}");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
