using Hearth.Probe.Native;
using Hearth.Probe.Threads;

namespace Hearth.Probe.Attempts;

/// <summary>Other processes of the same user: a victim, and the host.</summary>
static unsafe class ProcessAttempts
{
    const int OpenFileLimit = 7, ThisProcess = 0, IoProcess = 1;

    internal static readonly Attempt[] All =
    [
        new("open the memory of another process", "passwords, keys, open documents", t => Outcome.Open($"/proc/{t.Victim}/mem")),
        new("open the memory of another process to write", "code of its own in another program", t => Outcome.Open($"/proc/{t.Victim}/mem", LibC.ReadWrite)),
        new("read the environment of another process", "keys that are handed over so", t => Outcome.Open($"/proc/{t.Victim}/environ")),
        new("read the environment of the host", "keys that are handed over so", _ => Outcome.Open($"/proc/{LibC.Parent()}/environ")),
        new("read the memory map of another process", "where to aim at", t => Outcome.Read($"/proc/{t.Victim}/maps")),
        new("see what another process has open", "what the user works on", t =>
        {
            byte first;
            return Outcome.Of(LibC.ReadLink($"/proc/{t.Victim}/fd/0", &first, 1));
        }),
        new("open an open file of another process", "what only the other may open", t => Outcome.Open($"/proc/{t.Victim}/fd/0")),
        new("enter the folder of another process", "a way around what is hidden from it", t => Outcome.Open($"/proc/{t.Victim}/cwd", LibC.Folder)),
        new("process_vm_readv", "passwords, keys, open documents", t => Copy(t, write: false)),
        new("process_vm_writev", "code of its own in another program", t => Copy(t, write: true)),
        new("ptrace", "everything that another process knows and does", t => Ptrace(t)) { Setting = Setting.Once },
        new("pidfd_open", "a handle on another process", t => Outcome.Opened(LibC.SystemCall(SystemCalls.PidfdOpen, t.Victim, 0))),
        new("pidfd_getfd", "files and sockets that another process has open", t => StealDescriptor(t)),
        new("process_madvise", "another process that is pushed out of memory, and timed", t =>
        {
            var range = stackalloc nint[] { t.VictimAddress, sizeof(long) };
            return Outcome.Reached(LibC.SystemCall(SystemCalls.ProcessMadvise, -1, (nint)range, 1, 20), Errors.BadDescriptor);
        }),
        new("process_mrelease", "another process that loses its memory", _ => Outcome.Reached(LibC.SystemCall(SystemCalls.ProcessMrelease, -1), Errors.BadDescriptor)),
        new("kcmp", "addresses in the kernel, bit by bit", t => Outcome.Of(LibC.SystemCall(SystemCalls.Compare, LibC.Self(), t.Victim))),
        new("move_pages", "where the memory of another process lies", t => Outcome.Of(LibC.SystemCall(SystemCalls.MovePages, t.Victim, 0))),
        new("read the limits of another process", "what it may do", t =>
        {
            var limits = stackalloc ulong[2];
            return Outcome.Of(LibC.Limit(t.Victim, OpenFileLimit, null, limits));
        }),
        new("change the priority of another process", "a host that stands still", t => Outcome.Of(LibC.SetPriority(ThisProcess, t.Victim, LibC.Priority(ThisProcess, t.Victim)))),
        new("change the processors of another process", "a host that stands still", t =>
        {
            const int bytes = 128;
            var mask = stackalloc byte[bytes];
            var read = LibC.Affinity(t.Victim, bytes, mask);
            return read < 0 ? Outcome.Of(read) : Outcome.Of(LibC.SetAffinity(t.Victim, bytes, mask));
        }),
        new("change the scheduling of another process", "a host that stands still", t =>
        {
            const int ordinary = 0;
            var priority = 0;
            return Outcome.Of(LibC.SetScheduler(t.Victim, ordinary, &priority));
        }),
        new("change the disk priority of another process", "a host that stands still", t => Outcome.Of(LibC.SystemCall(SystemCalls.SetIoPriority, IoProcess, t.Victim, 0))),
    ];

    static string Copy(Targets targets, bool write)
    {
        long value = 0;
        var here = stackalloc nint[] { (nint)(&value), sizeof(long) };
        var there = stackalloc nint[] { targets.VictimAddress, sizeof(long) };
        return Outcome.Of(write ? LibC.WriteMemory(targets.Victim, here, 1, there, 1, 0) : LibC.ReadMemory(targets.Victim, here, 1, there, 1, 0));
    }

    /// <summary>On a thread that ends, and lets go of the victim so.</summary>
    static string Ptrace(Targets targets)
    {
        const int seize = 0x4206;
        var outcome = "";
        ThreadKinds.OnThread(() => outcome = Outcome.Of(LibC.SystemCall(SystemCalls.Ptrace, seize, targets.Victim)));
        return outcome;
    }

    static string StealDescriptor(Targets targets)
    {
        var handle = LibC.SystemCall(SystemCalls.PidfdOpen, targets.Victim, 0);
        // Without a handle the call is tried all the same: a host could have passed one.
        if (handle < 0)
            return Outcome.Reached(LibC.SystemCall(SystemCalls.PidfdGetFd, -1, 0, 0), Errors.BadDescriptor);
        var outcome = Outcome.Opened(LibC.SystemCall(SystemCalls.PidfdGetFd, handle, 0, 0));
        _ = LibC.Close((int)handle);
        return outcome;
    }
}
