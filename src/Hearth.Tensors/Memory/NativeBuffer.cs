using System.Runtime.InteropServices;

namespace Hearth.Tensors.Memory;

/// <summary>Zeroed anonymous memory, 64-byte aligned, touched lazily. Owned: unmapped by <see cref="Dispose"/>.</summary>
sealed unsafe partial class NativeBuffer : IDisposable
{
    const int ReadWrite = 3, PrivateAnonymous = 0x22, HugePage = 14, Alignment = 64;
    const long HugePageFrom = 4 << 20;
    static long _live;
    readonly nint _mapping;
    readonly nuint _mapped;
    bool _disposed;

    /// <param name="length">Bytes; every access stays below it, plus 64 bytes that whole-vector loads may touch.</param>
    internal NativeBuffer(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        _mapped = (nuint)(length + Alignment);
        _mapping = Map(0, _mapped, ReadWrite, PrivateAnonymous, -1, 0);
        if (_mapping == -1)
            throw new InsufficientMemoryException($"The system refused {length} bytes of memory (error {Marshal.GetLastPInvokeError()}).");
        // Streams of weights gain little from huge pages, but their first touch does: one fault instead of 512.
        if (length >= HugePageFrom)
            _ = Advise(_mapping, _mapped, HugePage);
        Interlocked.Add(ref _live, length);
    }

    /// <summary>Bytes that are alive in all buffers: what NativeMemoryTests looks at.</summary>
    internal static long LiveBytes => Interlocked.Read(ref _live);

    internal long Length { get; }

    /// <summary>Borrowed: valid until <see cref="Dispose"/>.</summary>
    internal byte* Start => _disposed ? throw new ObjectDisposedException(nameof(NativeBuffer)) : (byte*)_mapping;

    internal Span<T> Span<T>(long byteOffset, int count)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(byteOffset);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(byteOffset, Length - ((long)count * sizeof(T)));
        return new(Start + byteOffset, count);
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _ = Unmap(_mapping, _mapped);
        Interlocked.Add(ref _live, -Length);
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);
}
