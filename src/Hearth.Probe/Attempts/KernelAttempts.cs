using Hearth.Probe.Native;

namespace Hearth.Probe.Attempts;

/// <summary>Wide doors into the kernel, and its settings. Calls that could do harm get arguments that the kernel has to refuse.</summary>
static unsafe class KernelAttempts
{
    internal static readonly Attempt[] All =
    [
        new("io_uring_setup", "sockets and files by requests that no filter sees", _ => Zeroed(256, block => Outcome.Opened(LibC.SystemCall(SystemCalls.IoUringSetup, 4, (nint)block)))),
        new("io_uring_enter", "the same with a ring that somebody passes on", _ => Outcome.Reached(LibC.SystemCall(SystemCalls.IoUringEnter, -1, 0, 0, 0), Errors.BadDescriptor)),
        new("io_uring_register", "the same with a ring that somebody passes on", _ => Outcome.Reached(LibC.SystemCall(SystemCalls.IoUringRegister, -1, 0, 0, 0), Errors.BadDescriptor, Errors.Invalid)),
        new("bpf", "code of its own in the kernel", _ => Zeroed(256, map =>
        {
            // BPF_MAP_CREATE of an array of one number.
            (map[0], map[4], map[8], map[12]) = (2, 4, 4, 1);
            return Outcome.Opened(LibC.SystemCall(SystemCalls.Bpf, 0, (nint)map, 48));
        })),
        new("perf_event_open", "timings of other programs, and a large part of the kernel", _ => Zeroed(128, settings =>
        {
            // A clock of the processor for this process (perf_event_open(2)): software, off, without the kernel and the hypervisor.
            (settings[0], settings[4], settings[40]) = (1, 64, 0x61);
            return Outcome.Opened(LibC.SystemCall(SystemCalls.PerfEventOpen, (nint)settings, 0, -1, -1, 0));
        })),
        new("userfaultfd", "time to win a race against the kernel", _ => Outcome.Opened(LibC.SystemCall(SystemCalls.Userfaultfd, 1))),
        new("vmsplice", "pages that are read and written by two at once", _ => Outcome.Reached(LibC.SystemCall(SystemCalls.Vmsplice, -1, 0, 0, 0), Errors.BadDescriptor)),
        new("modify_ldt", "an old part of the kernel with a history of faults", _ => Zeroed(16, table => Outcome.Of(LibC.SystemCall(SystemCalls.ModifyLdt, 0, (nint)table, 16)))),
        new("add_key", "secrets of others that are kept in the kernel, and a place for its own", _ => AddKey()),
        new("keyctl", "secrets of others that are kept in the kernel", _ => Outcome.Of(LibC.SystemCall(SystemCalls.Keys, 0, -3, 0))),
        new("init_module", "a driver of its own making", _ => Outcome.Reached(LibC.SystemCall(SystemCalls.InitModule, 0, 0, 0), Errors.NoExecutable, Errors.BadAddress)),
        new("syslog", "what the kernel says of hardware and of others' programs", _ => Outcome.Of(LibC.SystemCall(SystemCalls.KernelLog, 10))),
        new("personality", "old, weaker rules for its memory", _ => Outcome.Of(LibC.SystemCall(SystemCalls.Personality, unchecked((int)uint.MaxValue)))),
        new("write a setting of the kernel", "a machine that behaves otherwise", _ => Outcome.Open("/proc/sys/kernel/core_pattern", LibC.WriteOnly)),
        new("write /proc/sysrq-trigger", "a machine that stops", _ => Outcome.Open("/proc/sysrq-trigger", LibC.WriteOnly)),
        new("write to a control group", "memory and processors past its limit", _ => Outcome.Open("/sys/fs/cgroup/cgroup.procs", LibC.WriteOnly)),
    ];

    static string AddKey()
    {
        const int processKeyring = -2;
        fixed (byte* type = "user\0"u8)
        fixed (byte* name = "hearth\0"u8)
            return Outcome.Of(LibC.SystemCall(SystemCalls.AddKey, (nint)type, (nint)name, (nint)name, 1, processKeyring));
    }

    delegate string Use(byte* block);

    static string Zeroed(int bytes, Use use)
    {
        var block = stackalloc byte[bytes];
        new Span<byte>(block, bytes).Clear();
        return use(block);
    }
}
