using System.Runtime.InteropServices;
using Hearth.Confinement;
using Hearth.Requests;
using Microsoft.Win32.SafeHandles;

namespace Hearth.Workers.Client;

/// <summary>How a confined program is started: what is run, with which arguments, in which environment, and which paths its runtime reads.</summary>
/// <remarks>
/// The worker is started here, and so is the probe that tries to get out: the suite can't test another jail than the worker's.
/// </remarks>
sealed record WorkerProgram(
    string Executable, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment, IReadOnlyList<PathRule> Paths)
{
    /// <summary>Names of the programs and of their libraries, and the project that each is built in.</summary>
    static readonly (string Name, string Project) Worker = ("hearth-worker", "Hearth.Worker"), Probe = ("hearth-probe", "Hearth.Probe");

    /// <summary>
    /// The program at a path: a <c>.dll</c> runs on the runtime that runs us, be it the machine's or our own in our folder; anything else is taken for a native program.
    /// </summary>
    internal static WorkerProgram At(string path)
    {
        var full = Path.GetFullPath(path);
        if (!File.Exists(full))
            throw Missing($"There is no worker program at {full}.");
        if (IsNative(full))
            return new(full, [], QuietEnvironment.Variables, RuntimePaths.ForNativeWorker(full));

        if (RuntimePaths.DotnetRoot is not { } root)
        {
            var own = Path.ChangeExtension(full, null);
            return File.Exists(own)
                ? new(own, [], QuietEnvironment.Variables, RuntimePaths.ForSelfContainedWorker(own))
                : throw Missing($"This program carries its own runtime, so {Path.GetFileName(full)} needs its own program beside it, in {Path.GetDirectoryName(full)}.");
        }

        return new(Path.Combine(root, "dotnet"), [full], new Dictionary<string, string>(QuietEnvironment.Variables) { ["DOTNET_ROOT"] = root }, RuntimePaths.ForManagedWorker(full));
    }

    /// <summary>The worker that was built or installed together with the running program.</summary>
    internal static WorkerProgram Find() => At(Locate(AppContext.BaseDirectory));

    internal static WorkerProgram Find(string folder) => At(Locate(folder));

    /// <summary>Where it lies. Of native ones the first that this processor can run; a managed one comes with a program of the same name, so it goes first.</summary>
    internal static string Locate(string folder)
        => Locate(folder, Worker, NativeWorkers.For(RuntimeInformation.ProcessArchitecture).Where(worker => worker.RunsHere).Select(worker => worker.Name));

    /// <summary>The probe beside that worker, of the same kind: a native worker's jail is tested by a native probe.</summary>
    internal static WorkerProgram FindProbe(string folder)
    {
        var (worker, probe) = (Locate(folder), Locate(folder, Probe, [Probe.Name]));
        return IsNative(worker) == IsNative(probe)
            ? At(probe)
            : throw Missing($"The worker in {folder} is {Kind(worker)}, the probe of its confinement is {Kind(probe)}.");

        static string Kind(string path) => IsNative(path) ? "native" : "managed";
    }

    /// <summary>Starts it.</summary>
    /// <param name="said">Further arguments.</param>
    /// <param name="files">Descriptors 4 and up.</param>
    /// <param name="unconfined">True: nothing is enforced.</param>
    /// <param name="onDenied">Told of what it tries and is denied.</param>
    /// <param name="clock">The clock of that; null is the system's.</param>
    /// <exception cref="EngineException">It can't be confined here, or a step failed. No process is left.</exception>
    internal ConfinedProcess Start(
        IReadOnlyList<string> said, IReadOnlyList<SafeFileHandle> files, bool unconfined, Action<DeniedCall>? onDenied = null, TimeProvider? clock = null)
    {
        try
        {
            return ConfinedProcess.Start(new()
            {
                Executable = Executable,
                Arguments = [.. Arguments, .. unconfined ? (string[])["--unconfined"] : [], .. said],
                Environment = Environment,
                Paths = Paths,
                Descriptors = files,
                Confine = !unconfined,
                OnDenied = onDenied,
                Clock = clock ?? TimeProvider.System,
            });
        }
        catch (ConfinementException e)
        {
            throw new EngineException(FailureCode.Confinement, e.Message, "a system that can confine a worker", "see what `hearth status` says of confinement", e);
        }
    }

    static string Locate(string folder, (string Name, string Project) program, IEnumerable<string> native)
    {
        // Installed: all in one folder. Built: artifacts/bin/PROJECT/CONFIGURATION, side by side.
        var home = Path.TrimEndingDirectorySeparator(folder);
        string[] folders = [home, Path.Combine(home, "..", "..", program.Project, Path.GetFileName(home))];
        string[] names = [program.Name + ".dll", .. native];
        return folders.SelectMany(f => names.Select(name => Path.Combine(f, name))).FirstOrDefault(File.Exists)
            ?? throw Missing($"The program {program.Name} was not found beside this program, in {home}.");
    }

    /// <summary>Whether what lies at a path is machine code.</summary>
    internal static bool IsNative(string path) => Path.GetExtension(path) != ".dll";

    static EngineException Missing(string message, string remedy = "build or install the whole of Hearth again")
        => new(FailureCode.Internal, message, "all programs of Hearth in one folder, from the same build", remedy);
}
