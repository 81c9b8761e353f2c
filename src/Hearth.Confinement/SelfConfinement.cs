using System.Runtime.CompilerServices;
using Hearth.Confinement.Linux;
using Microsoft.Win32.SafeHandles;

namespace Hearth.Confinement;

/// <summary>What a worker does first: give up what only its start needed, and take up what it was given.</summary>
public static class SelfConfinement
{
    /// <summary>No thread of this process can start a program or another process from now on; threads still start.</summary>
    /// <exception cref="ConfinementException">The kernel refused. The caller should end then.</exception>
    public static void DenyExecute() => Seccomp.InstallOnAllThreads(SeccompPolicy.AfterStart(SystemCalls.Current));

    /// <summary>
    /// No core file, not even through a crash reporter that ignores the limit on their size, and no look into this process's memory by others
    /// of the same user.
    /// </summary>
    /// <exception cref="ConfinementException">The kernel refused.</exception>
    public static void DenyDumps()
    {
        if (LibC.Control(LibC.Dumpable, 0) != 0)
            throw LibC.Failure("Making this process undumpable");
    }

    /// <summary>
    /// From now on no thread of this process can name a path, make a file of memory or get new executable memory: what it has is all that it can use. For a native program
    /// only, once everything is mapped; one whose code is compiled while it runs couldn't go on.
    /// </summary>
    /// <returns>False, and nothing has changed, where this program's code is compiled while it runs.</returns>
    /// <exception cref="ConfinementException">The kernel refused. The caller should end then.</exception>
    public static bool TryPureCompute()
    {
        if (RuntimeFeature.IsDynamicCodeCompiled)
            return false;
        Seccomp.InstallOnAllThreads(SeccompPolicy.PureCompute(SystemCalls.Current));
        return true;
    }

    /// <summary>Descriptor 3, the link to the host. Owned: closing it tells the host that this process is done. Call it once.</summary>
    /// <exception cref="ConfinementException">Descriptor 3 isn't a socket: this process was not started by a host.</exception>
    public static Stream OpenLink()
    {
        var link = new SafeFileHandle(DescriptorTable.Link, ownsHandle: true);
        if (FileKind.Of(link) == FileKind.Socket)
            return new DescriptorStream(link);
        link.SetHandleAsInvalid();
        throw new ConfinementException("Descriptor 3 isn't a socket. This program is started by its host, with one end of a socket pair as descriptor 3.");
    }

    /// <summary>A file that the host handed over: the first is number 0. Owned. Call it once per file.</summary>
    /// <exception cref="ConfinementException">There is no such file, or it isn't a regular file opened for reading only.</exception>
    public static SafeFileHandle OpenDescriptor(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        var file = new SafeFileHandle(DescriptorTable.FirstFile + index, ownsHandle: true);
        if (FileKind.IsFileForReading(file))
            return file;
        file.SetHandleAsInvalid();
        throw new ConfinementException($"Descriptor {DescriptorTable.FirstFile + index} (file {index}) isn't a regular file opened for reading only.");
    }
}
