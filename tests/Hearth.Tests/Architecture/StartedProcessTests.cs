using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hearth.Confinement;
using Hearth.Tests.Support;
using Hearth.Workers.Client;

namespace Hearth.Tests.Architecture;

/// <summary>No process of ours brings a library that calls home, and each has the variables that would switch one off: see HostProcessTests and WorkerProcessTests for what they really find.</summary>
public sealed class StartedProcessTests
{
    /// <summary>Files that start a program. It has the environment of its starter and what is added there; a worker and its probe have one of their own.</summary>
    static readonly string[] Starting =
    [
        "Hearth.Cli/Publishing/Compiler.cs",
        "Hearth.Cli/Terminals/RawMode.cs",
        "Hearth.Confinement/Linux/Restart.cs",
        "Hearth.Confinement/Linux/Trampoline.cs",
        "Hearth.Probe/Attempts/ProgramAttempts.cs",
        "Hearth.Probe/Native/LibC.cs",
        "Hearth.Workers/Client/WorkerProgram.cs",
        "Hearth.Workers/Verification/EscapeSuite.cs",
    ];

    [Fact]
    public void Programs_are_started_in_the_files_that_are_listed_here_and_keep_their_environment()
    {
        var found = Directory.EnumerateFiles(Repository.At("src"), "*.cs", SearchOption.AllDirectories)
            .Select(f => (Path: Path.GetRelativePath(Repository.At("src"), f), Source: File.ReadAllText(f)))
            .Where(f => Regex.IsMatch(f.Source, @"Process\.Start\(|ProcessStartInfo\(|""posix_spawn""|EntryPoint = ""(exec\w*|v?fork|system|popen)"""))
            .OrderBy(f => f.Path, StringComparer.Ordinal).ToList();
        Assert.Equal(Starting, found.Select(f => f.Path));
        Assert.All(found, f => Assert.DoesNotMatch(@"Environment\.(Clear|Remove)\(", f.Source));
    }

    [Fact]
    public void A_worker_and_its_probe_are_started_with_these_variables()
    {
        var folder = Repository.At("artifacts", "bin", "Hearth.Cli", "release");
        Assert.All((WorkerProgram[])[WorkerProgram.Find(folder), WorkerProgram.FindProbe(folder)],
            program => Assert.Equal(QuietEnvironment.Variables, program.Environment.Where(v => v.Key != "DOTNET_ROOT").ToDictionary()));
    }

    [Theory]
    [InlineData("Hearth.Cli", "SQLite")]
    [InlineData("Hearth.Worker")]
    [InlineData("Hearth.Probe")]
    public void No_package_of_a_program_brings_a_native_library_but_those_that_are_named_here(string program, params string[] known)
    {
        using var restored = JsonDocument.Parse(File.ReadAllBytes(Repository.At("artifacts", "obj", program, "project.assets.json")));
        var native = from target in restored.RootElement.GetProperty("targets").EnumerateObject()
                     from package in target.Value.EnumerateObject()
                     where package.Value.TryGetProperty("native", out _) || (package.Value.TryGetProperty("runtimeTargets", out var files) && $"{files}".Contains("\"native\"", StringComparison.Ordinal))
                     select package.Name.Split('/')[0];
        Assert.Equal(known, native.Distinct());
    }

    [Fact]
    public void The_library_of_sqlite_takes_no_function_of_the_network_from_the_c_library()
    {
        var names = Encoding.Latin1.GetString(File.ReadAllBytes(Repository.At("artifacts", "bin", "Hearth.Cli", "release", "runtimes", "linux-x64", "native", "libe_sqlite3.so"))).Split('\0').ToHashSet();
        // Its table of names is read: these are in it. dlopen is too, for extensions, which are off unless a program turns them on.
        Assert.Superset(new HashSet<string> { "pread64", "fsync" }, names);
        Assert.Empty(names.Intersect(["socket", "connect", "send", "sendto", "sendmsg", "getaddrinfo", "gethostbyname", "system", "execve", "popen", "posix_spawn"]));
    }
}
