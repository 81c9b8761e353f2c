namespace Hearth.Confinement.Linux;

/// <summary>Which system calls a worker doesn't have. Pure: from a table of numbers to a program.</summary>
/// <remarks>
/// The list names what is denied, not what is allowed: a managed runtime and its C library use what they like, and change it. Landlock has the
/// last word on files; this filter has it on everything that isn't a file.
/// </remarks>
static class SeccompPolicy
{
    /// <summary>
    /// Sockets: none can be made, and the inherited link is only read and written. So no descriptor can come over it, no filter program can be attached to it, and it gives
    /// no handle on the process at its other end.
    /// </summary>
    internal static readonly string[] Sockets = Words("""
        socket socketpair connect bind listen accept accept4
        sendto sendmsg sendmmsg recvfrom recvmsg recvmmsg
        setsockopt getsockopt getsockname getpeername shutdown
        """);

    /// <summary>Other processes, wide doors into the kernel, namespaces, ways around paths, shared memory by number, keys, and metadata of files,
    /// which Landlock leaves open (owner, mode, times, attributes, watching). Priorities as a whole: no runtime of ours sets its own.</summary>
    internal static readonly string[] Others = Words("""
        ptrace process_vm_readv process_vm_writev process_madvise process_mrelease pidfd_open pidfd_getfd kcmp
        move_pages migrate_pages setpriority ioprio_set
        io_uring_setup io_uring_enter io_uring_register bpf perf_event_open userfaultfd vmsplice modify_ldt
        unshare setns mount umount2 pivot_root chroot fsopen fsconfig fsmount fspick move_mount
        open_tree open_tree_attr mount_setattr statmount listmount
        open_by_handle_at name_to_handle_at
        shmget shmat shmctl semget semop semtimedop semctl msgget msgsnd msgrcv msgctl mq_open mq_unlink
        add_key request_key keyctl
        chmod fchmod fchmodat fchmodat2 chown lchown fchown fchownat utime utimes futimesat utimensat
        setxattr lsetxattr fsetxattr setxattrat removexattr lremovexattr fremovexattr removexattrat file_setattr
        getxattr lgetxattr fgetxattr getxattrat listxattr llistxattr flistxattr listxattrat file_getattr
        inotify_init inotify_init1 inotify_add_watch fanotify_init fanotify_mark
        init_module finit_module delete_module kexec_load kexec_file_load reboot swapon swapoff acct
        quotactl quotactl_fd syslog personality
        """);

    /// <summary>Starting a program or a process: needed by the start itself, so the worker gives them up as its first act.</summary>
    internal static readonly string[] Programs = ["execve", "execveat", "fork", "vfork"];

    /// <summary>
    /// All that takes a path, and memory that is a file. Not fstat, which asks about a descriptor; its relatives newfstatat and statx are denied as a whole, since a filter
    /// can't see whether their path is empty.
    /// </summary>
    internal static readonly string[] Paths = Words("""
        open openat openat2 creat stat lstat newfstatat statx access faccessat faccessat2 readlink readlinkat statfs
        chdir fchdir getdents getdents64 mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 link linkat
        symlink symlinkat mknod mknodat truncate uselib
        memfd_create memfd_secret
        """);

    const uint ProtectionExecute = 4;

    /// <summary>All CLONE_NEW… flags that fit clone(2).</summary>
    const uint NamespaceFlags = 0x7E020000;

    const uint CloneThread = 0x10000;

    /// <summary>
    /// Calls whose first argument is a process or a thread, zero for the caller: what they change for the worker itself is its own affair. A filter can't tell its own threads by
    /// number from others: CoreCLR tells the system of each of its threads to schedule it as it is scheduled anyway, and goes on where that is refused.
    /// </summary>
    static readonly string[] OfOthers = ["prlimit64", "sched_setaffinity", "sched_setscheduler", "sched_setparam", "sched_setattr"];

    /// <summary>The ioctls by which C libraries and runtimes ask whether a descriptor is a terminal (TCGETS, TIOCGWINSZ, TCGETS2). Of all others none is needed.</summary>
    static readonly uint[] TerminalQuestions = [0x5401, 0x5413, 0x802C542A];

    /// <summary>Lists are text, since a worker compiles whatever it runs as its first act, and code for so many words takes longer than to part them.</summary>
    static string[] Words(string text) => text.Split([' ', '\n']);

    /// <summary>The filter that is on before the worker's program is loaded.</summary>
    /// <param name="calls">The numbers.</param>
    /// <param name="tripwire">
    /// True: the calls of the lists wait for the host, which denies and counts them (<see cref="Tripwire"/>), and fail if there is no host. False: they fail at once.
    /// Where two filters answer, the plain error wins, so no later filter may name these calls.
    /// </param>
    internal static BpfInstruction[] BeforeStart(SystemCalls calls, bool tripwire) => BpfProgram.For(calls)
        .Answer(calls.Of([.. Sockets, .. Others]), tripwire ? BpfProgram.Notify : BpfProgram.Fail | Errno.NotPermitted)
        // clone3 hides its flags behind a pointer. C libraries fall back to clone, whose flags can be inspected, only on "no such call".
        .Deny([calls["clone3"]], Errno.NoSystemCall)
        .DenyIfAnyBit([calls["clone"]], BpfProgram.Argument0, NamespaceFlags)
        .DenyIfAnyBit(calls.Of(OfOthers), BpfProgram.Argument0, uint.MaxValue)
        .DenyUnlessEqual(calls["ioctl"], BpfProgram.Argument1, TerminalQuestions)
        .AllowTheRest();

    /// <summary>The filter that the worker adds as its first act: threads yes, programs and processes no.</summary>
    internal static BpfInstruction[] AfterStart(SystemCalls calls) => BpfProgram.For(calls)
        .Deny(calls.Of(Programs), Errno.NotPermitted)
        .Deny([calls["clone3"]], Errno.NoSystemCall)
        .DenyUnlessAnyBit(calls["clone"], BpfProgram.Argument0, CloneThread)
        .AllowTheRest();

    /// <summary>The filter that a native worker adds once its model and its kernels are mapped: no path at all, no file of memory, no new code.</summary>
    internal static BpfInstruction[] PureCompute(SystemCalls calls) => BpfProgram.For(calls)
        .Deny(calls.Of(Paths), Errno.NotPermitted)
        .DenyIfAnyBit(calls.Of(["mmap", "mprotect", "pkey_mprotect"]), BpfProgram.Argument2, ProtectionExecute)
        .AllowTheRest();
}
