using System.Runtime.InteropServices;
using Hearth.Confinement.Linux;

namespace Hearth.Confinement;

/// <summary>The path rules that a worker's own runtime needs, found from the runtime of this process: nothing of the user's is among them.</summary>
public static class RuntimePaths
{
    /// <summary>What both kinds of runtime read to learn about the machine they are on.</summary>
    /// <remarks>
    /// <c>/proc</c> as a whole: a rule for <c>/proc/self</c> would be one for the host's entry, since the worker's doesn't exist yet. The memory and
    /// environment of other processes stay closed (Landlock denies them to whoever is outside their domain); their names and command lines don't.
    /// </remarks>
    static readonly string[] Machine = ["/proc", "/sys/fs/cgroup", "/sys/devices/system/cpu", "/sys/devices/system/node", "/dev/urandom"];

    /// <summary>
    /// The folder with the shared runtime that runs this process: what <c>DOTNET_ROOT</c> must be for a worker that uses the same one. Null if this
    /// program carries its own runtime.
    /// </summary>
    public static string? DotnetRoot
    {
        get
        {
            // <root>/shared/Microsoft.NETCore.App/<version>/
            var runtime = Path.TrimEndingDirectorySeparator(RuntimeEnvironment.GetRuntimeDirectory());
            var shared = Path.GetDirectoryName(Path.GetDirectoryName(runtime));
            return Path.GetFileName(shared) == "shared" ? Path.GetDirectoryName(shared) : null;
        }
    }

    /// <summary>Rules for a worker that runs on the shared runtime of this process.</summary>
    /// <param name="program">The worker's absolute path: its executable, or its <c>.dll</c>, which <c>dotnet</c> in <see cref="DotnetRoot"/> runs.</param>
    /// <exception cref="InvalidOperationException">This process carries its own runtime, so there is no shared one to point to.</exception>
    public static IReadOnlyList<PathRule> ForManagedWorker(string program)
    {
        var root = DotnetRoot ?? throw new InvalidOperationException(
            "This program carries its own runtime, so a worker that needs a shared one can't use it. Publish the worker with a runtime of its own.");
        var executable = Path.GetExtension(program) == ".dll" ? Path.Combine(root, "dotnet") : program;
        return
        [
            .. ForNativeWorker(executable),
            new(Path.GetDirectoryName(program)!, PathAccess.Read),
            new(Path.Combine(root, "host", "fxr"), PathAccess.Read),
            new(Path.Combine(root, "shared", "Microsoft.NETCore.App"), PathAccess.Read),
        ];
    }

    /// <summary>Rules for a worker that carries its own runtime: it lies beside the program, in a folder with nothing else.</summary>
    /// <param name="executable">The worker's absolute path.</param>
    public static IReadOnlyList<PathRule> ForSelfContainedWorker(string executable)
        => [.. ForNativeWorker(executable), new(Path.GetDirectoryName(executable)!, PathAccess.Read)];

    /// <summary>Rules for a worker that is a native program (NativeAOT).</summary>
    /// <param name="executable">The worker's absolute path.</param>
    public static IReadOnlyList<PathRule> ForNativeWorker(string executable)
    {
        List<PathRule> rules = [new(executable, PathAccess.ReadExecute)];
        if (ElfProgram.Loader(executable) is { } loader)
            rules.Add(new(loader, PathAccess.ReadExecute));
        rules.Add(new("/etc/ld.so.cache", PathAccess.Read));
        rules.AddRange(LoadedLibraries.OfTheSystem().Select(path => new PathRule(path, PathAccess.Read)));
        rules.AddRange(Machine.Select(path => new PathRule(path, PathAccess.Read)));
        rules.Add(new("/dev/null", PathAccess.ReadWrite));
        return rules;
    }
}
