using System.Runtime.InteropServices;

namespace Hearth.Confinement.Linux;

/// <summary>The numbers of the system calls that a filter names, per architecture.</summary>
/// <remarks>
/// Sources: the kernel's <c>arch/x86/entry/syscalls/syscall_64.tbl</c> and <c>include/uapi/asm-generic/unistd.h</c> (arm64); a test compares
/// them with the installed headers. From 424 on both architectures share their numbers. Arm64 never had the calls marked as absent.
/// </remarks>
sealed class SystemCalls
{
    const int Absent = -1;

    internal static readonly SystemCalls X64 = new(0xC000003E, row => row.X64) { HasX32 = true };
    internal static readonly SystemCalls Arm64 = new(0xC00000B7, row => row.Arm64);

    readonly Dictionary<string, uint> _numbers;

    SystemCalls(uint architecture, Func<Row, int> column)
    {
        Architecture = architecture;
        _numbers = Rows.Where(row => column(row) != Absent).ToDictionary(row => row.Name, row => (uint)column(row));
    }

    /// <summary>True where this process runs on an architecture of the table.</summary>
    internal static bool Supported => RuntimeInformation.ProcessArchitecture is System.Runtime.InteropServices.Architecture.X64
        or System.Runtime.InteropServices.Architecture.Arm64;

    /// <summary>The table of this process.</summary>
    internal static SystemCalls Current
        => RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? Arm64 : X64;

    /// <summary>The kernel's AUDIT_ARCH value, which a filter finds beside the number.</summary>
    internal uint Architecture { get; }

    /// <summary>True where numbers from 0x40000000 on are a second ABI with its own meaning of the arguments.</summary>
    internal bool HasX32 { get; private init; }

    internal IReadOnlyDictionary<string, uint> Numbers => _numbers;

    internal uint this[string name] => _numbers[name];

    /// <summary>The name of a number, or null if the table doesn't have it.</summary>
    internal string? NameOf(uint number) => _numbers.FirstOrDefault(call => call.Value == number).Key;

    /// <summary>The numbers of those calls that this architecture has.</summary>
    internal IEnumerable<uint> Of(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            if (_numbers.TryGetValue(name, out var number))
                yield return number;
            else if (!Rows.Any(row => row.Name == name))
                throw new ArgumentException($"No system call {name} is in the table.", nameof(names));
        }
    }

    readonly record struct Row(string Name, int X64, int Arm64);

    static Row[] Rows =>
    [
        new("socket", 41, 198),
        new("socketpair", 53, 199),
        new("connect", 42, 203),
        new("bind", 49, 200),
        new("listen", 50, 201),
        new("accept", 43, 202),
        new("accept4", 288, 242),
        new("sendto", 44, 206),
        new("sendmsg", 46, 211),
        new("sendmmsg", 307, 269),
        new("recvfrom", 45, 207),
        new("recvmsg", 47, 212),
        new("recvmmsg", 299, 243),
        new("setsockopt", 54, 208),
        new("getsockopt", 55, 209),
        new("getsockname", 51, 204),
        new("getpeername", 52, 205),
        new("shutdown", 48, 210),
        new("ptrace", 101, 117),
        new("process_vm_readv", 310, 270),
        new("process_vm_writev", 311, 271),
        new("process_madvise", 440, 440),
        new("process_mrelease", 448, 448),
        new("pidfd_open", 434, 434),
        new("pidfd_getfd", 438, 438),
        new("kcmp", 312, 272),
        new("move_pages", 279, 239),
        new("migrate_pages", 256, 238),
        new("setpriority", 141, 140),
        new("ioprio_set", 251, 30),
        new("io_uring_setup", 425, 425),
        new("io_uring_enter", 426, 426),
        new("io_uring_register", 427, 427),
        new("bpf", 321, 280),
        new("perf_event_open", 298, 241),
        new("userfaultfd", 323, 282),
        new("vmsplice", 278, 75),
        new("modify_ldt", 154, Absent),
        new("unshare", 272, 97),
        new("setns", 308, 268),
        new("mount", 165, 40),
        new("umount2", 166, 39),
        new("pivot_root", 155, 41),
        new("chroot", 161, 51),
        new("fsopen", 430, 430),
        new("fsconfig", 431, 431),
        new("fsmount", 432, 432),
        new("fspick", 433, 433),
        new("move_mount", 429, 429),
        new("open_tree", 428, 428),
        new("open_tree_attr", 467, 467),
        new("mount_setattr", 442, 442),
        new("statmount", 457, 457),
        new("listmount", 458, 458),
        new("open_by_handle_at", 304, 265),
        new("name_to_handle_at", 303, 264),
        new("inotify_init", 253, Absent),
        new("inotify_init1", 294, 26),
        new("inotify_add_watch", 254, 27),
        new("fanotify_init", 300, 262),
        new("fanotify_mark", 301, 263),
        new("shmget", 29, 194),
        new("shmat", 30, 196),
        new("shmctl", 31, 195),
        new("semget", 64, 190),
        new("semop", 65, 193),
        new("semtimedop", 220, 192),
        new("semctl", 66, 191),
        new("msgget", 68, 186),
        new("msgsnd", 69, 189),
        new("msgrcv", 70, 188),
        new("msgctl", 71, 187),
        new("mq_open", 240, 180),
        new("mq_unlink", 241, 181),
        new("add_key", 248, 217),
        new("request_key", 249, 218),
        new("keyctl", 250, 219),
        new("chmod", 90, Absent),
        new("fchmod", 91, 52),
        new("fchmodat", 268, 53),
        new("fchmodat2", 452, 452),
        new("chown", 92, Absent),
        new("lchown", 94, Absent),
        new("fchown", 93, 55),
        new("fchownat", 260, 54),
        new("setxattr", 188, 5),
        new("lsetxattr", 189, 6),
        new("fsetxattr", 190, 7),
        new("setxattrat", 463, 463),
        new("removexattr", 197, 14),
        new("lremovexattr", 198, 15),
        new("fremovexattr", 199, 16),
        new("removexattrat", 466, 466),
        new("file_setattr", 469, 469),
        new("utime", 132, Absent),
        new("utimes", 235, Absent),
        new("futimesat", 261, Absent),
        new("utimensat", 280, 88),
        new("init_module", 175, 105),
        new("finit_module", 313, 273),
        new("delete_module", 176, 106),
        new("kexec_load", 246, 104),
        new("kexec_file_load", 320, 294),
        new("reboot", 169, 142),
        new("swapon", 167, 224),
        new("swapoff", 168, 225),
        new("acct", 163, 89),
        new("quotactl", 179, 60),
        new("quotactl_fd", 443, 443),
        new("syslog", 103, 116),
        new("personality", 135, 92),
        new("execve", 59, 221),
        new("execveat", 322, 281),
        new("fork", 57, Absent),
        new("vfork", 58, Absent),
        new("clone", 56, 220),
        new("clone3", 435, 435),
        new("ioctl", 16, 29),
        new("prlimit64", 302, 261),
        new("sched_setaffinity", 203, 122),
        new("sched_setscheduler", 144, 119),
        new("sched_setparam", 142, 118),
        new("sched_setattr", 314, 274),
        new("seccomp", 317, 277),
        new("capset", 126, 91),
        new("prctl", 157, 167),
        new("landlock_create_ruleset", 444, 444),
        new("landlock_add_rule", 445, 445),
        new("landlock_restrict_self", 446, 446),
        new("close_range", 436, 436),
        new("open", 2, Absent),
        new("openat", 257, 56),
        new("openat2", 437, 437),
        new("creat", 85, Absent),
        new("stat", 4, Absent),
        new("lstat", 6, Absent),
        new("newfstatat", 262, 79),
        new("statx", 332, 291),
        new("access", 21, Absent),
        new("faccessat", 269, 48),
        new("faccessat2", 439, 439),
        new("readlink", 89, Absent),
        new("readlinkat", 267, 78),
        new("statfs", 137, 43),
        new("chdir", 80, 49),
        new("fchdir", 81, 50),
        new("getdents", 78, Absent),
        new("getdents64", 217, 61),
        new("mkdir", 83, Absent),
        new("mkdirat", 258, 34),
        new("rmdir", 84, Absent),
        new("unlink", 87, Absent),
        new("unlinkat", 263, 35),
        new("rename", 82, Absent),
        new("renameat", 264, 38),
        new("renameat2", 316, 276),
        new("link", 86, Absent),
        new("linkat", 265, 37),
        new("symlink", 88, Absent),
        new("symlinkat", 266, 36),
        new("mknod", 133, Absent),
        new("mknodat", 259, 33),
        new("truncate", 76, 45),
        new("getxattr", 191, 8),
        new("lgetxattr", 192, 9),
        new("fgetxattr", 193, 10),
        new("listxattr", 194, 11),
        new("llistxattr", 195, 12),
        new("flistxattr", 196, 13),
        new("getxattrat", 464, 464),
        new("listxattrat", 465, 465),
        new("file_getattr", 468, 468),
        new("uselib", 134, Absent),
        new("memfd_create", 319, 279),
        new("memfd_secret", 447, 447),
        new("mmap", 9, 222),
        new("mprotect", 10, 226),
        new("pkey_mprotect", 329, 288),
    ];
}
