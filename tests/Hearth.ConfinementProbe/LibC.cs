using System.Runtime.InteropServices;

namespace Hearth.ConfinementProbe;

/// <summary>Calls of the C library, tried as an attacker would.</summary>
static unsafe partial class LibC
{
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint SystemCall(nint number, nint a = 0, nint b = 0, nint c = 0, nint d = 0, nint e = 0, nint f = 0);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    internal static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, int flags, int mode = 0);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int DeviceControl(int descriptor, nuint request, byte* argument);

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    internal static partial int Unshare(int flags);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    internal static partial int Signal(int process, int signal);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    internal static partial int Control(int option, nint a = 0, nint b = 0, nint c = 0, nint d = 0);

    [LibraryImport("libc", EntryPoint = "getppid")]
    internal static partial int Parent();

    [LibraryImport("libc", EntryPoint = "getpid")]
    internal static partial int Self();

    [LibraryImport("libc", EntryPoint = "gettid")]
    internal static partial int ThreadId();

    [LibraryImport("libc", EntryPoint = "prlimit", SetLastError = true)]
    internal static partial int Limit(int process, int resource, ulong* limit, ulong* previous);

    /// <summary>"OK" or the error's name; a descriptor that was opened is closed again.</summary>
    internal static string Outcome(nint result) => result >= 0 ? "OK" : Marshal.GetLastPInvokeError() switch
    {
        1 => "EPERM",
        2 => "ENOENT",
        3 => "ESRCH",
        13 => "EACCES",
        22 => "EINVAL",
        38 => "ENOSYS",
        97 => "EAFNOSUPPORT",
        var other => $"errno {other}",
    };

    internal static string Opened(nint descriptor)
    {
        var outcome = Outcome(descriptor);
        if (descriptor >= 0)
            _ = Close((int)descriptor);
        return outcome;
    }
}
