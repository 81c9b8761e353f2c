using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Hearth.Benchmarks.Machine;

namespace Hearth.Benchmarks.Serving;

/// <summary>A user of the server.</summary>
/// <param name="Name">The name.</param>
/// <param name="Weight">The share.</param>
readonly record struct Tenant(string Name, int Weight = 1);

/// <summary>The server, started as a user starts it, in folders of its own, with one model.</summary>
sealed class ServedHearth : IAsyncDisposable
{
    internal const string Model = "bench";

    const string Watcher = "watcher";

    static readonly string[] Folders = ["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"];

    readonly string _folder = Directory.CreateTempSubdirectory("hearth-served-").FullName;
    readonly Dictionary<string, HttpClient> _clients = [];
    readonly string _program;
    Process? _process;

    ServedHearth(string program) => _program = program;

    internal Uri Address { get; private set; } = null!;

    /// <summary>The process that listens.</summary>
    internal int ProcessId => _process!.Id;

    /// <summary>How long its end may take: more than answers that are under way are given.</summary>
    internal TimeSpan Farewell { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Starts it.</summary>
    /// <param name="program">The program <c>hearth</c>.</param>
    /// <param name="file">The model.</param>
    /// <param name="tenants">Users, each with a key.</param>
    /// <param name="options">More options of <c>hearth serve</c>.</param>
    internal static async Task<ServedHearth> StartAsync(string program, string file, IReadOnlyList<Tenant> tenants, params IReadOnlyList<string> options)
    {
        var served = new ServedHearth(program);
        try
        {
            await served.StartAsync(file, tenants, options);
            return served;
        }
        catch
        {
            await served.DisposeAsync();
            throw;
        }
    }

    async Task StartAsync(string file, IReadOnlyList<Tenant> tenants, IReadOnlyList<string> options)
    {
        await RunAsync("models", "import", file, "--name", Model, "--quiet");
        var keys = new Dictionary<string, string>();
        foreach (var (name, weight) in tenants)
        {
            await RunAsync("users", "add", name, "--weight", weight.ToString(CultureInfo.InvariantCulture));
            keys[name] = await AddKeyAsync(name);
        }

        await RunAsync("users", "add", Watcher);
        keys[Watcher] = await AddKeyAsync(Watcher, "--scope", "metrics");

        _process = Process.Start(Line(["serve", "--port", "0", "--json", "--quiet", .. options])) ?? throw new CommandFailedException("hearth serve could not be started.");
        _process.ErrorDataReceived += (_, line) => Console.Error.WriteLine(line.Data);
        _process.BeginErrorReadLine();
        Address = new((await FirstObjectAsync(_process.StandardOutput)).GetProperty("address").GetString()!);
        foreach (var (name, key) in keys)
        {
            var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1000 }) { BaseAddress = Address, Timeout = Timeout.InfiniteTimeSpan };
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
            _clients[name] = client;
        }
    }

    internal HttpClient ClientOf(string tenant) => _clients[tenant];

    /// <summary>The lines of a metric that has been counted at least once: its labels and its value.</summary>
    internal async Task<IReadOnlyList<(string Labels, double Value)>> MetricAsync(string name)
        => [.. from line in (await ClientOf(Watcher).GetStringAsync(new Uri("/metrics", UriKind.Relative))).Split('\n')
               where line.StartsWith(name, StringComparison.Ordinal) && line[name.Length] is '{' or ' '
               let end = line.LastIndexOf(' ')
               select (line[name.Length..end], double.Parse(line[end..], CultureInfo.InvariantCulture))];

    /// <summary>Memory of the server and its workers that belongs to no file, in megabytes.</summary>
    internal double Megabytes() => ProcessTree.Descendants(ProcessId).Append(ProcessId).Sum(Anonymous) / (1024.0 * 1024);

    /// <summary>Processor time that the server and its workers used so far, in clock ticks.</summary>
    internal long Ticks() => ProcessTree.Descendants(ProcessId).Append(ProcessId).Sum(ProcessTree.Ticks);

    /// <summary>Zero for a worker that ends meanwhile.</summary>
    static long Anonymous(int process)
    {
        try
        {
            return ProcessMemory.Of(process).Anonymous;
        }
        catch (Exception e) when (e is IOException or CommandFailedException)
        {
            return 0;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients.Values)
            client.Dispose();
        try
        {
            if (_process is { HasExited: false } process)
                await EndAsync(process);
        }
        finally
        {
            _process?.Dispose();
            Directory.Delete(_folder, recursive: true);
        }
    }

    async Task EndAsync(Process process)
    {
        // It may have ended by itself meanwhile.
        await Command.RunAsync("/bin/sh", "-c", $"kill -TERM {process.Id.ToString(CultureInfo.InvariantCulture)} || :");
        try
        {
            await process.WaitForExitAsync().WaitAsync(Farewell);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            // Until it has ended it may still write into its folder.
            await process.WaitForExitAsync();
            throw new CommandFailedException($"hearth serve did not end within {Farewell.TotalSeconds} s of being told to.");
        }
    }

    static async Task<JsonElement> FirstObjectAsync(StreamReader output)
    {
        var text = new StringBuilder();
        while (await output.ReadLineAsync() is { } line)
        {
            text.Append(line);
            if (line.TrimEnd().EndsWith('}'))
                return JsonElement.Parse(text.ToString());
        }

        throw new CommandFailedException("hearth serve ended before it listened.");
    }

    async Task<string> AddKeyAsync(string user, params string[] options)
    {
        using var added = JsonDocument.Parse(await RunAsync(["keys", "add", user, "--json", .. options]));
        return added.RootElement.GetProperty("key").GetString()!;
    }

    async Task<string> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(Line(arguments)) ?? throw new CommandFailedException("hearth could not be started.");
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new CommandFailedException($"hearth {string.Join(' ', arguments)} ended with exit code {process.ExitCode}: {await errors}");
    }

    ProcessStartInfo Line(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(_program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var folder in Folders)
            start.Environment[folder] = _folder;
        return start;
    }
}
