using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hearth.Tensors.Memory;

/// <summary>A file mapped read-only into memory. Owned: unmapped by <see cref="Dispose"/>.</summary>
/// <remarks>
/// The length is taken once, when the file is mapped. A file that is cut short by somebody else while it is mapped faults on access; the process
/// that maps untrusted files is therefore a worker that may die alone.
/// </remarks>
public sealed unsafe partial class MappedFile : IDisposable
{
    const int ProtRead = 1, MapPrivate = 2, DontNeed = 4;
    readonly byte* _start;
    bool _disposed;

    /// <summary>Maps a whole file.</summary>
    /// <param name="handle">An open regular file; it may be closed afterwards.</param>
    /// <exception cref="IOException">The file cannot be mapped.</exception>
    public MappedFile(SafeFileHandle handle)
    {
        Length = RandomAccess.GetLength(handle);
        if (Length == 0)
            return;
        var start = Map(0, (nuint)Length, ProtRead, MapPrivate, handle.DangerousGetHandle().ToInt32(), 0);
        GC.KeepAlive(handle);
        if (start == -1)
            throw new IOException($"Mapping {Length} bytes of the model file failed with error {Marshal.GetLastPInvokeError()}.");
        _start = (byte*)start;
    }

    /// <summary>Bytes of the file.</summary>
    public long Length { get; }

    /// <summary>A part of the file. Borrowed: valid until <see cref="Dispose"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part does not lie inside the file.</exception>
    public ReadOnlySpan<byte> Slice(long offset, int length)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length);
        return new(_start + offset, length);
    }

    /// <summary>Gives the pages that lie wholly inside a part back to the system; reading them again fetches them from the file.</summary>
    public void Forget(long offset, long length)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var page = Environment.SystemPageSize;
        var first = (offset + page - 1) / page * page;
        var end = (Math.Min(offset + length, Length)) / page * page;
        if (first < end)
            _ = Advise((nint)(_start + first), (nuint)(end - first), DontNeed);
    }

    /// <summary>Unmaps the file.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        if (_start != null)
            _ = Unmap((nint)_start, (nuint)Length);
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    private static partial int Advise(nint address, nuint length, int advice);
}
