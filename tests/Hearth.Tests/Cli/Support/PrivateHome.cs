using System.Diagnostics;
using System.Globalization;
using System.Text;
using Hearth.Confinement;
using Hearth.Tests.Confinement;
using Hearth.Tests.Support;
using Hearth.Tests.Workers.Support;

namespace Hearth.Tests.Cli.Support;

/// <summary>The built program, with folders of its own for everything that it may write to.</summary>
sealed class PrivateHome : IDisposable
{
    internal static readonly string Program = Repository.At("artifacts", "bin", "Hearth.Cli", "release", "hearth");

    /// <summary>Options by which the shipped model answers with one letter again and again.</summary>
    internal static readonly string[] Endless = ["--temperature", "0", "--logit-bias", "49=100"];

    static readonly Dictionary<string, string> Folders = new()
    {
        ["HOME"] = "home", ["TMPDIR"] = "tmp", ["XDG_DATA_HOME"] = "data", ["XDG_CONFIG_HOME"] = "config", ["XDG_CACHE_HOME"] = "cache", ["XDG_STATE_HOME"] = "state", ["XDG_RUNTIME_DIR"] = "run",
    };

    /// <summary>Far longer than anything here takes on a busy machine. Whoever waits for a program that hangs would hold up the whole run.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    readonly TemporaryFolder _root = new();
    readonly List<(Process Process, Timer Limit)> _started = [];

    internal PrivateHome()
    {
        foreach (var folder in Folders.Values.Append("work"))
            Directory.CreateDirectory(At(folder));
    }

    /// <summary>Above all of them. The program is started in <c>work</c>.</summary>
    internal string Root => _root.Path;

    /// <summary>Where the program would look for them.</summary>
    internal IEnumerable<KeyValuePair<string, string>> Variables => Folders.Select(f => KeyValuePair.Create(f.Key, At(f.Value)));

    internal string At(string path) => Path.Combine(Root, path);

    internal string Write(string path, string content)
    {
        File.WriteAllText(At(path), content);
        return At(path);
    }

    /// <summary>Everything that is not a folder, by its name below the root.</summary>
    internal IEnumerable<string> Files => Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Root, f)).Order(StringComparer.Ordinal);

    /// <summary>How to start a program here, with pipes, as a shell would that knows nothing of what Hearth wants in its environment.</summary>
    internal ProcessStartInfo Line(params string[] line)
    {
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            WorkingDirectory = At("work"),
        };
        foreach (var name in QuietEnvironment.Variables.Keys)
            start.Environment.Remove(name);
        foreach (var (name, value) in Variables)
            start.Environment[name] = value;
        return start;
    }

    /// <summary>Starts it. It does not outlive the test, however that ends.</summary>
    internal Process Start(ProcessStartInfo start)
    {
        var process = Process.Start(start)!;
        _started.Add((process, Limit(process)));
        return process;
    }

    /// <summary>Waits until a host has done what it does before its command: the last of it is that it hears of SIGHUP, the first of the signals in the mask of those that are caught.</summary>
    internal static Task ReadyAsync(Process host) => Eventually.HoldsAsync(
        () => File.ReadAllText($"/proc/{host.Id}/comm") == "hearth\n" && (ulong.Parse(ProbeProgram.Status($"/proc/{host.Id}", "SigCgt"), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & 1) != 0,
        "the host hears of signals", (int)Longest.TotalSeconds);

    /// <summary>Runs the program to its end.</summary>
    internal Task<(int Code, string Output, string Error)> RunAsync(string input, params string[] words) => RunAsync(Line([Program, .. words]), input);

    internal static async Task<(int Code, string Output, string Error)> RunAsync(ProcessStartInfo start, string input)
    {
        using var process = Process.Start(start)!;
        using var limit = Limit(process);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }

    /// <summary>Plants a fault in the program that is to be started: see StartupHook in tests/Hearth.ConfinementProbe.</summary>
    /// <param name="start">How it is started.</param>
    /// <param name="fault">Which.</param>
    /// <param name="once">The file that makes it happen, where it waits for one.</param>
    internal static ProcessStartInfo Planted(ProcessStartInfo start, string fault, string once = "")
    {
        start.Environment["DOTNET_STARTUP_HOOKS"] = ProbeProgram.Executable + ".dll";
        (start.Environment["HEARTH_PLANTED"], start.Environment["HEARTH_PLANTED_ONCE"]) = (fault, once);
        return start;
    }

    /// <summary>Ends it after the longest time, and with it whatever waits for it.</summary>
    static Timer Limit(Process process) => new(_ => process.Kill(entireProcessTree: true), null, Longest, Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        foreach (var (process, limit) in _started)
        {
            limit.Dispose();
            process.Kill(entireProcessTree: true);
            // What still writes into the folder would keep it from being deleted.
            process.WaitForExit(Longest);
            process.Dispose();
        }

        _root.Dispose();
    }
}
