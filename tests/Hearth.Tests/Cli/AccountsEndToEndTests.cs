using System.Diagnostics;
using System.Text.Json;
using Hearth.Storage;
using Hearth.Storage.Access;
using Hearth.Storage.Sqlite;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Cli;

/// <summary>The built program in a home of its own: several processes at once, and processes that are killed.</summary>
public sealed class AccountsEndToEndTests : IDisposable
{
    static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    readonly TemporaryFolder _home = new();

    string Storage => Path.Combine(_home.Path, ".local/share/hearth/storage");

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Users_that_several_processes_add_to_a_new_file_at_the_same_time_are_all_there()
    {
        var names = Enumerable.Range(1, 6).Select(i => $"u{i}").ToArray();
        var added = await Task.WhenAll(names.Select(name => RunAsync("users", "add", name)));
        Assert.All(added, one => Assert.True(one.Code == 0, one.Error));
        var list = JsonDocument.Parse((await RunAsync("users", "list", "--json")).Output).RootElement.GetProperty("users");
        Assert.Equal(names, list.EnumerateArray().Select(user => user.GetProperty("name").GetString()));
        Assert.Equal(["hearth.db"], Directory.GetFiles(Storage).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Wherever_a_process_is_killed_the_file_stays_whole_and_what_was_said_is_kept()
    {
        const int Processes = 12;
        var random = new Random(2026);
        var said = new List<string>();
        for (var i = 0; i < Processes; i++)
        {
            using var process = Start("users", "add", $"u{i}");
            var error = process.StandardError.ReadToEndAsync(Token);
            using var wait = new CancellationTokenSource(TimeSpan.FromMilliseconds(random.Next(60, 400)));
            try
            {
                await process.WaitForExitAsync(wait.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
                await process.WaitForExitAsync(Token);
            }

            if ((await error).Contains("was added", StringComparison.Ordinal))
                said.Add($"u{i}");
        }

        await using var storage = Database.Open(Storage, TimeProvider.System);
        Assert.Equal("ok", await storage.ReadAsync(connection => connection.Scalar("PRAGMA integrity_check"), Token));
        var there = (await storage.Users.ListAsync(Token)).Select(user => user.Name).ToHashSet();
        Assert.Superset(said.ToHashSet(), there);
        foreach (var name in there)
            await storage.Keys.AddAsync(name, new(KeyScopes.Chat), Token);
    }

    [Fact]
    public async Task A_running_process_refuses_a_key_that_another_one_revokes()
    {
        await RunAsync("users", "add", "alice");
        var key = (await RunAsync("keys", "add", "alice", "--quiet")).Output.TrimEnd('\n');
        await using var server = Database.Open(Storage, TimeProvider.System);
        Assert.Equal(KeyState.Accepted, (await server.Keys.AuthenticateAsync(key, Token)).State);
        Assert.Equal(0, (await RunAsync("users", "disable", "alice")).Code);
        Assert.Equal(KeyState.Disabled, (await server.Keys.AuthenticateAsync(key, Token)).State);
        Assert.Equal(0, (await RunAsync("keys", "revoke", KeyText.IdOf(key))).Code);
        Assert.Equal(KeyState.Revoked, (await server.Keys.AuthenticateAsync(key, Token)).State);
    }

    Process Start(params string[] words)
    {
        var start = new ProcessStartInfo(Repository.At("artifacts", "bin", "Hearth.Cli", "release", "hearth"), words)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in (string[])["XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"])
            start.Environment.Remove(name);
        start.Environment["HOME"] = _home.Path;
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    async Task<(int Code, string Output, string Error)> RunAsync(params string[] words)
    {
        using var process = Start(words);
        var output = process.StandardOutput.ReadToEndAsync(Token);
        var error = process.StandardError.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        return (process.ExitCode, await output, await error);
    }
}
