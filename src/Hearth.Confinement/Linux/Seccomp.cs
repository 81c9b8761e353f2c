using System.Runtime.InteropServices;

namespace Hearth.Confinement.Linux;

/// <summary>The kernel's <c>struct sock_fprog</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
unsafe struct BpfHeader
{
    internal ushort Length;
    internal BpfInstruction* Code;
}

/// <summary>Asks for and installs system-call filters (seccomp(2)).</summary>
static unsafe class Seccomp
{
    internal const int SetFilter = 1, AllThreads = 1;

    /// <summary>Flags: the call's result is a descriptor that hears of calls; who waits for its answer can be killed, but isn't woken by other signals.</summary>
    internal const int NewListener = 8, WaitKillable = 32;
    const int ActionAvailable = 2;

    /// <summary>Zero if filters that kill a process can be installed, otherwise minus the error number.</summary>
    internal static int Probe()
    {
        var action = BpfProgram.KillProcess;
        return LibC.SystemCall((nint)SystemCalls.Current["seccomp"], ActionAvailable, 0, (nint)(&action)) == 0 ? 0 : -Marshal.GetLastPInvokeError();
    }

    /// <summary>Installs a filter on every thread of this process, for good.</summary>
    internal static void InstallOnAllThreads(BpfInstruction[] program)
    {
        if (LibC.Control(LibC.NoNewPrivileges, 1) != 0)
            throw LibC.Failure("Giving up new privileges");
        fixed (BpfInstruction* code = program)
        {
            var header = new BpfHeader { Length = (ushort)program.Length, Code = code };
            var result = LibC.SystemCall((nint)SystemCalls.Current["seccomp"], SetFilter, AllThreads, (nint)(&header));
            if (result < 0)
                throw LibC.Failure("Installing the system-call filter");
            // A positive answer is the thread that could not take over the filter: none has it then.
            if (result > 0)
                throw new ConfinementException($"Installing the system-call filter failed: thread {result} has a filter of its own.");
        }
    }
}
