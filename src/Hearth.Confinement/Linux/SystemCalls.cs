using System.Globalization;
using System.Runtime.InteropServices;

namespace Hearth.Confinement.Linux;

/// <summary>The numbers of the system calls that a filter names, per architecture.</summary>
/// <remarks>
/// Sources: the kernel's <c>arch/x86/entry/syscalls/syscall_64.tbl</c> and <c>include/uapi/asm-generic/unistd.h</c> (arm64); a test compares
/// them with the installed headers. From 424 on both architectures share their numbers. Arm64 never had the calls marked as absent.
/// </remarks>
sealed class SystemCalls
{
    const string Absent = "-";

    internal static readonly SystemCalls X64 = new(0xC000003E, column: 1) { HasX32 = true };
    internal static readonly SystemCalls Arm64 = new(0xC00000B7, column: 2);

    /// <summary>Of every name of the table; −1 where this architecture doesn't have the call.</summary>
    readonly Dictionary<string, int> _numbers = [];

    SystemCalls(uint architecture, int column)
    {
        Architecture = architecture;
        foreach (var line in Table.Split('\n'))
        {
            var words = line.Split(' ');
            _numbers.Add(words[0], words[column] == Absent ? -1 : int.Parse(words[column], NumberStyles.None, CultureInfo.InvariantCulture));
        }
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

    /// <summary>The calls that this architecture has.</summary>
    internal IReadOnlyDictionary<string, uint> Numbers => _numbers.Where(call => call.Value >= 0).ToDictionary(call => call.Key, call => (uint)call.Value);

    internal uint this[string name] => checked((uint)_numbers[name]);

    /// <summary>The name of a number, or null if the table doesn't have it.</summary>
    internal string? NameOf(uint number) => Numbers.FirstOrDefault(call => call.Value == number).Key;

    /// <summary>The numbers of those calls that this architecture has.</summary>
    internal IEnumerable<uint> Of(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            if (!_numbers.TryGetValue(name, out var number))
                throw new ArgumentException($"No system call {name} is in the table.", nameof(names));
            if (number >= 0)
                yield return (uint)number;
        }
    }

    /// <summary>Lines of a name, its number on x64 and its number on arm64. Text, since a worker reads it as its first act: code for so many objects would have to be compiled first.</summary>
    const string Table = """
        socket 41 198
        socketpair 53 199
        connect 42 203
        bind 49 200
        listen 50 201
        accept 43 202
        accept4 288 242
        sendto 44 206
        sendmsg 46 211
        sendmmsg 307 269
        recvfrom 45 207
        recvmsg 47 212
        recvmmsg 299 243
        setsockopt 54 208
        getsockopt 55 209
        getsockname 51 204
        getpeername 52 205
        shutdown 48 210
        ptrace 101 117
        process_vm_readv 310 270
        process_vm_writev 311 271
        process_madvise 440 440
        process_mrelease 448 448
        pidfd_open 434 434
        pidfd_getfd 438 438
        kcmp 312 272
        move_pages 279 239
        migrate_pages 256 238
        setpriority 141 140
        ioprio_set 251 30
        io_uring_setup 425 425
        io_uring_enter 426 426
        io_uring_register 427 427
        bpf 321 280
        perf_event_open 298 241
        userfaultfd 323 282
        vmsplice 278 75
        modify_ldt 154 -
        unshare 272 97
        setns 308 268
        mount 165 40
        umount2 166 39
        pivot_root 155 41
        chroot 161 51
        fsopen 430 430
        fsconfig 431 431
        fsmount 432 432
        fspick 433 433
        move_mount 429 429
        open_tree 428 428
        open_tree_attr 467 467
        mount_setattr 442 442
        statmount 457 457
        listmount 458 458
        open_by_handle_at 304 265
        name_to_handle_at 303 264
        inotify_init 253 -
        inotify_init1 294 26
        inotify_add_watch 254 27
        fanotify_init 300 262
        fanotify_mark 301 263
        shmget 29 194
        shmat 30 196
        shmctl 31 195
        semget 64 190
        semop 65 193
        semtimedop 220 192
        semctl 66 191
        msgget 68 186
        msgsnd 69 189
        msgrcv 70 188
        msgctl 71 187
        mq_open 240 180
        mq_unlink 241 181
        add_key 248 217
        request_key 249 218
        keyctl 250 219
        chmod 90 -
        fchmod 91 52
        fchmodat 268 53
        fchmodat2 452 452
        chown 92 -
        lchown 94 -
        fchown 93 55
        fchownat 260 54
        setxattr 188 5
        lsetxattr 189 6
        fsetxattr 190 7
        setxattrat 463 463
        removexattr 197 14
        lremovexattr 198 15
        fremovexattr 199 16
        removexattrat 466 466
        file_setattr 469 469
        utime 132 -
        utimes 235 -
        futimesat 261 -
        utimensat 280 88
        init_module 175 105
        finit_module 313 273
        delete_module 176 106
        kexec_load 246 104
        kexec_file_load 320 294
        reboot 169 142
        swapon 167 224
        swapoff 168 225
        acct 163 89
        quotactl 179 60
        quotactl_fd 443 443
        syslog 103 116
        personality 135 92
        execve 59 221
        execveat 322 281
        fork 57 -
        vfork 58 -
        clone 56 220
        clone3 435 435
        ioctl 16 29
        prlimit64 302 261
        sched_setaffinity 203 122
        sched_setscheduler 144 119
        sched_setparam 142 118
        sched_setattr 314 274
        seccomp 317 277
        capset 126 91
        prctl 157 167
        landlock_create_ruleset 444 444
        landlock_add_rule 445 445
        landlock_restrict_self 446 446
        close_range 436 436
        open 2 -
        openat 257 56
        openat2 437 437
        creat 85 -
        stat 4 -
        lstat 6 -
        newfstatat 262 79
        statx 332 291
        access 21 -
        faccessat 269 48
        faccessat2 439 439
        readlink 89 -
        readlinkat 267 78
        statfs 137 43
        chdir 80 49
        fchdir 81 50
        getdents 78 -
        getdents64 217 61
        mkdir 83 -
        mkdirat 258 34
        rmdir 84 -
        unlink 87 -
        unlinkat 263 35
        rename 82 -
        renameat 264 38
        renameat2 316 276
        link 86 -
        linkat 265 37
        symlink 88 -
        symlinkat 266 36
        mknod 133 -
        mknodat 259 33
        truncate 76 45
        getxattr 191 8
        lgetxattr 192 9
        fgetxattr 193 10
        listxattr 194 11
        llistxattr 195 12
        flistxattr 196 13
        getxattrat 464 464
        listxattrat 465 465
        file_getattr 468 468
        uselib 134 -
        memfd_create 319 279
        memfd_secret 447 447
        mmap 9 222
        mprotect 10 226
        pkey_mprotect 329 288
        """;
}
