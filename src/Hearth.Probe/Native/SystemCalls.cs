using System.Runtime.InteropServices;

namespace Hearth.Probe.Native;

/// <summary>The numbers of system calls that are tried past the C library.</summary>
/// <remarks>
/// A table of its own: that of the filter, with a wrong number in it, would try the wrong call and find it denied. Sources: the kernel's
/// <c>arch/x86/entry/syscalls/syscall_64.tbl</c> and <c>include/uapi/asm-generic/unistd.h</c> (arm64); from 424 on they are the same.
/// </remarks>
static class SystemCalls
{
    /// <summary>What no kernel has: arm64 lacks some old calls.</summary>
    const int Absent = -1;

    internal static readonly nint Fork = On(57, Absent), Clone = On(56, 220), ExitGroup = On(231, 94), SendThreadSignal = On(234, 131);
    internal static readonly nint Ptrace = On(101, 117), Compare = On(312, 272), MovePages = On(279, 239), SetIoPriority = On(251, 30);
    internal static readonly nint Bpf = On(321, 280), PerfEventOpen = On(298, 241), Userfaultfd = On(323, 282), Vmsplice = On(278, 75), ModifyLdt = On(154, Absent);
    internal static readonly nint Mount = On(165, 40), Unmount = On(166, 39), ChangeRoot = On(161, 51), PivotRoot = On(155, 41), SetNamespace = On(308, 268), Unshare = On(272, 97);
    internal static readonly nint NameToHandle = On(303, 264), OpenByHandle = On(304, 265), InotifyInit = On(294, 26), FanotifyInit = On(300, 262);
    internal static readonly nint SharedGet = On(29, 194), SharedControl = On(31, 195), SemaphoreGet = On(64, 190), SemaphoreControl = On(66, 191);
    internal static readonly nint QueueGet = On(68, 186), QueueControl = On(71, 187), MessageQueueOpen = On(240, 180), MessageQueueUnlink = On(241, 181);
    internal static readonly nint AddKey = On(248, 217), Keys = On(250, 219), InitModule = On(175, 105), KernelLog = On(103, 116), Personality = On(135, 92);
    internal static readonly nint MemoryFile = On(319, 279), ExecuteAt = On(322, 281);

    internal const nint SendPidfdSignal = 424, IoUringSetup = 425, IoUringEnter = 426, IoUringRegister = 427, OpenTree = 428, FileSystemOpen = 430, PidfdOpen = 434;
    internal const nint Clone3 = 435, PidfdGetFd = 438, ProcessMadvise = 440, ProcessMrelease = 448, ListMount = 458;

    static nint On(int x64, int arm64) => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? arm64 : x64;
}
