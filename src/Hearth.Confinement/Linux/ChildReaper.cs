using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hearth.Confinement.Linux;

/// <summary>Waits for one child on a thread of its own and reaps it exactly once.</summary>
/// <remarks>
/// The wait leaves the child a zombie (WNOWAIT), so its number can't be given to another process; reaping and signalling take turns under a lock.
/// So a signal never reaches a stranger, without needing a pidfd.
/// </remarks>
sealed unsafe class ChildReaper
{
    const int ProcessId = 1, Exited = 4, LeaveZombie = 0x01000000, KillSignal = 9;
    const int InformationBytes = 128, CodeOffset = 8, StatusOffset = 24, CodeExited = 1;
    const int StackBytes = 128 * 1024;

    readonly Lock _lock = new();
    readonly TaskCompletionSource<ProcessExit> _exit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly int _process;
    readonly SafeFileHandle _lastWords;
    bool _reaped;

    /// <summary>Starts to wait. Owns the child and the pipe from now on: if it can't wait, it ends the child.</summary>
    internal ChildReaper(int process, SafeFileHandle lastWords)
    {
        (_process, _lastWords) = (process, lastWords);
        try
        {
            new Thread(Wait, StackBytes) { IsBackground = true, Name = $"hearth-wait-{process}" }.UnsafeStart();
        }
        catch (OutOfMemoryException e)
        {
            Kill();
            Wait();
            throw new ConfinementException("The worker was ended again: the system gave no thread to wait for it.", inner: e);
        }
    }

    /// <summary>Done once the child has ended and is reaped.</summary>
    internal Task<ProcessExit> Exit => _exit.Task;

    internal void Kill()
    {
        lock (_lock)
        {
            if (!_reaped)
                _ = LibC.Signal(_process, KillSignal);
        }
    }

    void Wait()
    {
        var information = stackalloc byte[InformationBytes];
        var known = Wait(information, Exited | LeaveZombie);
        lock (_lock)
        {
            _reaped = true;
            if (known)
                Wait(information, Exited);
        }

        var reason = LastWords.Read(_lastWords);
        _lastWords.Dispose();
        var status = BinaryPrimitives.ReadInt32LittleEndian(new(information + StatusOffset, sizeof(int)));
        var byItself = BinaryPrimitives.ReadInt32LittleEndian(new(information + CodeOffset, sizeof(int))) == CodeExited;
        _exit.SetResult(new(known && byItself ? status : null, known && !byItself ? status : null, reason));
    }

    /// <summary>False if the kernel has already forgotten the child, as it does where the host was started with its SIGCHLD ignored.</summary>
    bool Wait(byte* information, int options)
    {
        while (LibC.WaitFor(ProcessId, _process, information, options) != 0)
        {
            if (Marshal.GetLastPInvokeError() != Errno.Interrupted)
                return false;
        }

        return true;
    }
}
