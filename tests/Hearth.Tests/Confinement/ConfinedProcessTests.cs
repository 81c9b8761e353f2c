using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Hearth.Confinement;
using Hearth.Confinement.Linux;
using Microsoft.Win32.SafeHandles;

namespace Hearth.Tests.Confinement;

/// <summary>What a started child has and hasn't, seen from outside.</summary>
public sealed partial class ConfinedProcessTests
{
    [Fact]
    public async Task Every_thread_of_a_worker_is_restricted_and_without_capabilities()
    {
        using var worker = ProbeProgram.Start();
        Assert.Equal("thread pool await timer finalizer pthread", await worker.AskAsync("threads"));
        // One from before its start and one of its own, besides any that the tests themselves run under.
        var filters = int.Parse(ProbeProgram.Status("/proc/self", "Seccomp_filters"), null) + 2;
        var restricted = $"1 2 {filters} 0000000000000000 0000000000000000";
        var threads = Threads(worker.Id, "NoNewPrivs", "Seccomp", "Seccomp_filters", "CapEff", "CapPrm");
        Assert.True(threads.Count > 3, $"{threads.Count} threads");
        Assert.All(threads, thread => Assert.Equal(restricted, thread));
        Assert.True(worker.Report.Confined, worker.Report.Gaps);
    }

    [Fact]
    public async Task An_unconfined_child_is_unrestricted_and_its_report_says_so()
    {
        using var worker = ProbeProgram.Start(confine: false);
        Assert.Equal("hello", await worker.AskAsync("hello"));
        var threads = Threads(worker.Id, "NoNewPrivs");
        Assert.NotEmpty(threads);
        Assert.All(threads, thread => Assert.Equal(ProbeProgram.Status("/proc/self", "NoNewPrivs"), thread));
        Assert.False(worker.Report.Confined);
        Assert.Contains("--unconfined", worker.Report.Gaps, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_leaves_no_core_even_where_a_reporter_takes_them()
    {
        using var worker = ProbeProgram.Start();
        Assert.Equal("0", await worker.AskAsync("dumpable"));
        using var control = ProbeProgram.Start(confine: false);
        Assert.Equal("1", await control.AskAsync("dumpable"));
    }

    [Fact]
    public async Task The_hosts_threads_stay_unrestricted()
    {
        using var worker = ProbeProgram.Start();
        Assert.Equal("hello", await worker.AskAsync("hello"));
        var main = ProbeProgram.Status("/proc/self", "Seccomp_filters");
        foreach (var thread in Directory.GetDirectories("/proc/self/task"))
        {
            try
            {
                // Tests beside this one start workers too; the threads that do so, or try what can be done, are restricted for a moment. They have their name before that.
                var filters = ProbeProgram.Status(thread, "Seccomp_filters");
                if (ProbeProgram.Status(thread, "Name") is not ("hearth-spawn" or "hearth-attempt"))
                    Assert.Equal(main, filters);
            }
            catch (IOException)
            {
                // A thread that has ended meanwhile.
            }
        }
    }

    [Fact]
    public async Task A_worker_has_the_listed_descriptors_and_no_other_of_its_host()
    {
        using var folder = new TemporaryFolder();
        // As native code opens files: inherited unless somebody closes it.
        using var leak = new SafeFileHandle(OpenInheritable(folder.Write("leak", "leak"), 0), ownsHandle: true);
        using var file = File.OpenHandle(folder.Write("model", "model"));
        using var worker = ConfinedProcess.Start(ProbeProgram.Options(files: [file]) with { Arguments = ["worker", "--dumpable"] });
        Assert.Equal("model", await worker.AskAsync("file 0"));

        // The runtime may close one of its own while they are looked at.
        var table = Directory.GetFiles($"/proc/{worker.Id}/fd").Select(f => (Number: int.Parse(Path.GetFileName(f), null), Target: new FileInfo(f).LinkTarget))
            .Where(f => f.Target is not null).ToDictionary(f => f.Number, f => f.Target!);
        Assert.Equal(["/dev/null", "/dev/null"], [table[0], table[1]]);
        Assert.StartsWith("pipe:", table[2], StringComparison.Ordinal);
        Assert.StartsWith("socket:", table[3], StringComparison.Ordinal);
        Assert.Single(table.Values, target => target.StartsWith("socket:", StringComparison.Ordinal));
        Assert.DoesNotContain(table.Values, target => target.EndsWith("leak", StringComparison.Ordinal));
        // What is left is the runtime's own.
        Assert.All(table.Where(e => e.Key > 4), e => Assert.True(
            e.Value.StartsWith(RuntimePaths.DotnetRoot!, StringComparison.Ordinal) || e.Value.StartsWith(Path.GetDirectoryName(ProbeProgram.Executable)!, StringComparison.Ordinal)
            || e.Value.StartsWith("/memfd:doublemapper", StringComparison.Ordinal) || e.Value.StartsWith("anon_inode:", StringComparison.Ordinal)
            || e.Value.StartsWith("pipe:", StringComparison.Ordinal) || e.Value.StartsWith("/proc/", StringComparison.Ordinal)
            || e.Value.StartsWith("/sys/", StringComparison.Ordinal) || e.Value is "/dev/null" or "/dev/urandom", $"{e.Key} -> {e.Value}"));
    }

    [Fact]
    public async Task Each_file_arrives_at_its_number_whatever_numbers_the_host_has()
    {
        // In a process of its own, whose numbers are known to lie where the worker's go.
        var (output, errors) = await ProbeProgram.RunAsync(["order"]);
        Assert.True(output.Length > 0, errors);
        var result = JsonSerializer.Deserialize<Dictionary<string, int>>(output)!;
        Assert.True(result["sources_among_destinations"] > 20 && result["holes_among_destinations"] > 20, output);
        Assert.Equal(150, result["arrived_in_order"]);
    }

    [Fact]
    public async Task A_file_that_was_not_handed_over_is_not_there()
    {
        using var folder = new TemporaryFolder();
        using var file = File.OpenHandle(folder.Write("model", "model"));
        using var worker = ProbeProgram.Start(files: [file]);
        Assert.Equal("model", await worker.AskAsync("file 0"));
        Assert.Contains("isn't a regular file", await worker.AskAsync("file 1"), StringComparison.Ordinal);
    }

    [Fact]
    public void Only_regular_files_opened_for_reading_are_handed_over()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("file", "text");
        using var writable = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        using var device = File.OpenHandle("/dev/null");
        using var directory = new SafeFileHandle(OpenInheritable(folder.Path, LibC.CloseOnExec), ownsHandle: true);
        using var pathOnly = new SafeFileHandle(OpenInheritable(path, LibC.PathOnly | LibC.CloseOnExec), ownsHandle: true);
        foreach (var handle in (SafeFileHandle[])[writable, device, directory, pathOnly])
            Assert.Contains("0 of 1", Assert.Throws<ArgumentException>(() => ProbeProgram.Start(files: [handle])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_has_exactly_the_environment_folder_and_session_it_is_given()
    {
        using var worker = ProbeProgram.Start(confine: false);
        Assert.Equal("/", await worker.AskAsync("folder"));
        var environment = File.ReadAllText($"/proc/{worker.Id}/environ").TrimEnd('\0').Split('\0');
        Assert.Equal(["DOTNET_EnableDiagnostics=0", $"DOTNET_ROOT={RuntimePaths.DotnetRoot}"], environment.Order());
        // Field 6 is the session: one of its own, so a terminal's signals don't reach it.
        Assert.Equal($"{worker.Id}", File.ReadAllText($"/proc/{worker.Id}/stat").Split(')')[^1].Split(' ')[4]);
    }

    [Fact]
    public async Task A_worker_has_limits_of_its_own_and_they_are_not_its_hosts()
    {
        var (output, errors) = await ProbeProgram.RunAsync(["limits"]);
        Assert.True(output.Length > 0, errors);
        var result = JsonSerializer.Deserialize<Dictionary<string, string>>(output)!;
        foreach (var (name, limit) in ((string, string)[])[("core file size", "0 0"), ("open files", "260 260"), ("msgqueue size", "0 0")])
        {
            Assert.Equal(limit, result[$"worker {name}"]);
            Assert.NotEqual(limit, result[$"host {name}"]);
        }
    }

    [Fact]
    public async Task A_worker_whose_limits_cannot_be_set_is_ended_again()
    {
        Assert.SkipUnless(Environment.UserName == "root" && File.Exists("/usr/bin/setpriv"), "becoming another user needs root and setpriv");
        var (output, errors) = await ProbeProgram.RunAsync(["limits", "lower"], user: 65_534);
        Assert.True(output.Length > 0, errors);
        var result = JsonSerializer.Deserialize<Dictionary<string, string>>(output)!;
        Assert.Contains("it needs 260 open files, and the hard limit here is 200 (ulimit -Hn). Raise that to 260 or more", result["refused"], StringComparison.Ordinal);
        Assert.Equal("0", result["children_left"]);
    }

    [Fact]
    public async Task Without_a_rule_for_its_program_nothing_starts()
    {
        var options = ProbeProgram.Options() with { Paths = [] };
        Assert.Contains("could not be executed", Assert.Throws<ConfinementException>(() => ConfinedProcess.Start(options)).Message, StringComparison.Ordinal);
        using var worker = ConfinedProcess.Start(options with { Paths = RuntimePaths.ForManagedWorker(ProbeProgram.Executable) });
        Assert.Equal("hello", await worker.AskAsync("hello"));
    }

    [Fact]
    public void A_program_that_does_not_exist_is_said_to_be_missing()
    {
        foreach (var confine in (bool[])[true, false])
        {
            var options = ProbeProgram.Options(confine) with { Executable = "/nonexistent/program" };
            Assert.Contains("must exist", Assert.Throws<ConfinementException>(() => ConfinedProcess.Start(options)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Rules_for_paths_that_do_not_exist_are_reported()
    {
        var options = ProbeProgram.Options();
        using var worker = ConfinedProcess.Start(options with { Paths = [.. options.Paths, new("/nonexistent/folder", PathAccess.Read)] });
        Assert.Equal("hello", await worker.AskAsync("hello"));
        Assert.Contains("/nonexistent/folder", worker.Report.MissingPaths);
    }

    [Fact]
    public void Relative_paths_and_texts_that_c_would_cut_are_refused()
    {
        var options = ProbeProgram.Options();
        foreach (var bad in (ConfinedProcessOptions[])
        [
            options with { Executable = "program" },
            options with { Paths = [.. options.Paths, new("folder", PathAccess.Read)] },
            options with { Arguments = ["worker\0--unconfined"] },
            options with { Environment = new Dictionary<string, string> { ["A=B"] = "C" } },
            options with { Environment = new Dictionary<string, string> { [""] = "C" } },
        ])
        {
            Assert.Throws<ArgumentException>(() => ConfinedProcess.Start(bad));
        }
    }

    /// <summary>Lines of the status of each thread; one that ends while it is looked at, as one that was waited for may do even later, is left out.</summary>
    static List<string> Threads(int process, params string[] keys)
    {
        var threads = new List<string>();
        foreach (var thread in Directory.GetDirectories($"/proc/{process}/task"))
        {
            try
            {
                threads.Add(string.Join(' ', keys.Select(key => ProbeProgram.Status(thread, key))));
            }
            catch (IOException)
            {
                // It has ended.
            }
        }

        return threads;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenInheritable(string path, int flags);
}

/// <summary>A folder that is gone after the test.</summary>
sealed class TemporaryFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("hearth-test-").FullName;

    internal string Write(string name, string text)
    {
        var path = System.IO.Path.Combine(Path, name);
        File.WriteAllBytes(path, Encoding.UTF8.GetBytes(text));
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
