using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hearth.Confinement.Linux;

/// <summary>The C library's calls that this room needs, for threads that aren't restricted; see <see cref="Trampoline"/> for the other kind.</summary>
static unsafe partial class LibC
{
    internal const int CloseOnExec = 0x80000, PathOnly = 0x200000, NonBlocking = 0x800;
    internal const int UnixFamily = 1, StreamSocket = 1;
    internal const int DuplicateAbove = 1030, GetStatusFlags = 3, SetStatusFlags = 4, SetPipeSize = 1031;
    internal const short Readable = 1, Writable = 4;
    internal const int NoNewPrivileges = 38, Dumpable = 4;
    internal const int CoreSizeLimit = 4, OpenFilesLimit = 7, MessageQueueLimit = 12;
    internal const int NewNetwork = 0x40000000;

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint SystemCall(nint number, nint a = 0, nint b = 0, nint c = 0, nint d = 0, nint e = 0);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    internal static partial int Control(int option, nuint a, nuint b = 0, nuint c = 0, nuint d = 0);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, int flags, int mode = 0);

    [LibraryImport("libc", EntryPoint = "close")]
    internal static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    internal static partial int DescriptorControl(SafeFileHandle descriptor, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int DeviceControl(SafeFileHandle descriptor, nuint request, void* argument);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Status(int folder, string path, int flags, uint mask, byte* status);

    [LibraryImport("libc", EntryPoint = "getxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint Attribute(string path, string name, byte* value, nuint size);

    [LibraryImport("libc", EntryPoint = "socketpair", SetLastError = true)]
    internal static partial int SocketPair(int family, int type, int protocol, int* pair);

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    internal static partial int Pipe(int* pair, int flags);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    internal static partial int EventDescriptor(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(SafeFileHandle descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(SafeFileHandle descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    internal static partial int Poll(PollDescriptor* descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "waitid", SetLastError = true)]
    internal static partial int WaitFor(int kind, int id, byte* information, int options);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    internal static partial int Signal(int process, int signal);

    [LibraryImport("libc", EntryPoint = "prlimit", SetLastError = true)]
    internal static partial int Limit(int process, int resource, ulong* limit, ulong* previous);

    /// <summary>The last call failed: says which and why.</summary>
    internal static ConfinementException Failure(string what)
        => new($"{what} failed: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");
}

/// <summary>The kernel's <c>struct pollfd</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
struct PollDescriptor
{
    internal int Descriptor;
    internal short Events;
    internal short Returned;
}

/// <summary>Error numbers, the same on x64 and arm64.</summary>
static class Errno
{
    internal const int NotPermitted = 1, NoEntry = 2, NoProcess = 3, Interrupted = 4, TryAgain = 11, NoMemory = 12, NoAccess = 13, Busy = 16, NotFolder = 20, Invalid = 22, NoSpace = 28;
    internal const int BrokenPipe = 32, NoSystemCall = 38, NotSupported = 95, ConnectionReset = 104;
}
