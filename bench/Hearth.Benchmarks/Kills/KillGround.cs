using System.Diagnostics;
using Hearth.Benchmarks.Confinement;

namespace Hearth.Benchmarks.Kills;

/// <summary>A folder by whose name all hosts and workers of one run are told from those of others, and in which their temporary files lie.</summary>
/// <remarks>The worker's program is reached through a link in it: the link's path is among the arguments of every host and worker.</remarks>
sealed class KillGround : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hearth-kills-");
    readonly RealWorker _worker;

    internal KillGround(RealWorker worker)
    {
        var link = Path.Combine(_folder.FullName, "program");
        Directory.CreateSymbolicLink(link, Path.GetDirectoryName(Path.GetFullPath(worker.Program))!);
        Directory.CreateDirectory(Temporary);
        _worker = worker with { Program = Path.Combine(link, Path.GetFileName(worker.Program)) };
    }

    string Temporary => Path.Combine(_folder.FullName, "temporary");

    /// <summary>What hosts left in their folder for temporary files.</summary>
    internal IReadOnlyList<string> TemporaryFiles => Directory.GetFileSystemEntries(Temporary);

    /// <summary>Living hosts and workers.</summary>
    internal IReadOnlyList<int> Processes() => MachineState.ProcessesWith(_folder.FullName);

    /// <summary>Starts a part of the check as a process of its own.</summary>
    internal Process Start(string role, params IReadOnlyList<string> more)
        // A killed runtime leaves the pipes of its diagnostics behind: they are not ours, so there are none.
        => Command.Start("/usr/bin/env", [$"TMPDIR={Temporary}", "DOTNET_EnableDiagnostics=0", Command.Self, role, .. _worker.Options, .. more]);

    public void Dispose() => _folder.Delete(recursive: true);
}
