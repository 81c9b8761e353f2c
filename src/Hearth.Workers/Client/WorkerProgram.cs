using System.Runtime.InteropServices;
using Hearth.Confinement;
using Hearth.Requests;

namespace Hearth.Workers.Client;

/// <summary>How the worker program is started: what is run, with which arguments, in which environment, and which paths its runtime reads.</summary>
sealed record WorkerProgram(
    string Executable, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment, IReadOnlyList<PathRule> Paths)
{
    /// <summary>Name of the program and of its library.</summary>
    const string Name = "hearth-worker";

    /// <summary>Nothing of ours is inherited. No diagnostics port may be opened, and the ONNX Runtime of later workers sends nothing.</summary>
    static readonly Dictionary<string, string> Base = new()
    {
        ["DOTNET_EnableDiagnostics"] = "0",
        ["ORT_DISABLE_TELEMETRY"] = "1",
    };

    /// <summary>
    /// The program at a path: a <c>.dll</c> runs on the runtime that runs us, be it the machine's or our own in our folder; anything else is taken for a native program.
    /// </summary>
    internal static WorkerProgram At(string path)
    {
        var full = Path.GetFullPath(path);
        if (!File.Exists(full))
            throw Missing($"There is no worker program at {full}.");
        if (IsNative(full))
            return new(full, [], Base, RuntimePaths.ForNativeWorker(full));

        if (RuntimePaths.DotnetRoot is not { } root)
        {
            var own = Path.ChangeExtension(full, null);
            return File.Exists(own)
                ? new(own, [], Base, RuntimePaths.ForSelfContainedWorker(own))
                : throw Missing($"This program carries its own runtime, so the worker {full} needs its own program {Name} beside it.");
        }

        return new(Path.Combine(root, "dotnet"), [full], new Dictionary<string, string>(Base) { ["DOTNET_ROOT"] = root }, RuntimePaths.ForManagedWorker(full));
    }

    /// <summary>The worker that was built or installed together with the running program.</summary>
    internal static WorkerProgram Find() => At(Locate(AppContext.BaseDirectory));

    /// <summary>Where it lies. Of native ones the first that this processor can run; a managed one comes with a program of the same name, so it goes first.</summary>
    internal static string Locate(string folder)
    {
        // Installed: both in one folder. Built: artifacts/bin/PROJECT/CONFIGURATION, side by side.
        var home = Path.TrimEndingDirectorySeparator(folder);
        string[] folders = [home, Path.Combine(home, "..", "..", "Hearth.Worker", Path.GetFileName(home))];
        string[] names = [Name + ".dll", .. NativeWorkers.For(RuntimeInformation.ProcessArchitecture).Where(worker => worker.RunsHere).Select(worker => worker.Name)];
        return folders.SelectMany(f => names.Select(name => Path.Combine(f, name))).FirstOrDefault(File.Exists)
            ?? throw Missing($"The worker program {Name} was not found beside this program, in {home}.");
    }

    /// <summary>Whether what lies at a path is machine code.</summary>
    internal static bool IsNative(string path) => Path.GetExtension(path) != ".dll";

    static EngineException Missing(string message, string remedy = "build or install the whole of Hearth again")
        => new(FailureCode.Internal, message, $"{Name}.dll or {Name}, from the same build", remedy);
}
