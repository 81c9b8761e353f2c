using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hearth.Confinement.Linux;

/// <summary>The descriptors that a child will have, moved out of the way of their own destinations.</summary>
/// <remarks>
/// Destination 4 may be the source of destination 5. So every source is first copied above the last destination; then no dup2 in the child
/// overwrites a source that is still needed, and none is a copy onto itself, which would leave it close-on-exec.
/// </remarks>
sealed unsafe class DescriptorTable : IDisposable
{
    internal const int Link = 3, FirstFile = 4;

    /// <summary>Flags of close_range(2).</summary>
    internal const int Unshare = 2, CloseOnExec = 4;

    readonly List<(SafeFileHandle Source, int Destination)> _entries = [];
    readonly int _above;

    /// <summary>An empty table with room for so many files.</summary>
    internal DescriptorTable(int files) => _above = FirstFile + files;

    internal IEnumerable<(int Source, int Destination)> Entries => _entries.Select(e => ((int)e.Source.DangerousGetHandle(), e.Destination));

    /// <summary>Copies a source above all destinations. Borrowed: the caller still owns its own.</summary>
    internal void Add(SafeFileHandle source, int destination)
    {
        var copy = LibC.DescriptorControl(source, LibC.DuplicateAbove, _above);
        if (copy < 0)
            throw LibC.Failure($"Copying the descriptor that becomes {destination}");
        _entries.Add((new SafeFileHandle(copy, ownsHandle: true), destination));
    }

    /// <summary>Zero if the kernel can mark all other descriptors in one step, otherwise minus the error number.</summary>
    internal static int Probe()
        => LibC.SystemCall((nint)SystemCalls.Current["close_range"], unchecked((int)uint.MaxValue), unchecked((int)uint.MaxValue), CloseOnExec) == 0
            ? 0
            : -Marshal.GetLastPInvokeError();

    /// <summary>A connected pair of stream sockets. A pair of datagram sockets could be given another address.</summary>
    internal static (SafeFileHandle Host, SafeFileHandle Child) SocketPair()
    {
        var pair = stackalloc int[2];
        return LibC.SocketPair(LibC.UnixFamily, LibC.StreamSocket | LibC.CloseOnExec, 0, pair) == 0
            ? (new(pair[0], ownsHandle: true), new(pair[1], ownsHandle: true))
            : throw LibC.Failure("Making the pair of sockets between host and worker");
    }

    /// <summary>A pipe; its reading end doesn't block.</summary>
    internal static (SafeFileHandle Read, SafeFileHandle Write) Pipe()
    {
        var pair = stackalloc int[2];
        if (LibC.Pipe(pair, LibC.CloseOnExec) != 0)
            throw LibC.Failure("Making the pipe for the worker's last words");
        var (read, write) = (new SafeFileHandle(pair[0], ownsHandle: true), new SafeFileHandle(pair[1], ownsHandle: true));
        try
        {
            SetNonBlocking(read);
        }
        catch
        {
            read.Dispose();
            write.Dispose();
            throw;
        }

        // Where the system allows less, the usual 64 KiB stay.
        _ = LibC.DescriptorControl(write, LibC.SetPipeSize, LastWords.PipeBytes);
        return (read, write);
    }

    internal static SafeFileHandle Null()
    {
        var handle = new SafeFileHandle(LibC.Open("/dev/null", 2 | LibC.CloseOnExec), ownsHandle: true);
        return handle.IsInvalid ? throw LibC.Failure("Opening /dev/null") : handle;
    }

    internal static void SetNonBlocking(SafeFileHandle descriptor)
    {
        var flags = LibC.DescriptorControl(descriptor, LibC.GetStatusFlags, 0);
        if (flags < 0 || LibC.DescriptorControl(descriptor, LibC.SetStatusFlags, flags | LibC.NonBlocking) < 0)
            throw LibC.Failure("Making a descriptor non-blocking");
    }

    public void Dispose()
    {
        foreach (var (source, _) in _entries)
            source.Dispose();
    }
}
