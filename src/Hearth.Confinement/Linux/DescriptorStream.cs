using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hearth.Confinement.Linux;

/// <summary>A connected socket as a stream, by read(2), write(2) and poll(2) alone: a process without a single socket call can use it.</summary>
/// <remarks>
/// One reader and one writer may work at the same time, each on a thread of its own; the asynchronous members borrow one of the pool for as long as they
/// wait, and cannot be cancelled in mid-wait. Closing wakes both. A partner that has gone is the end of the stream for the reader and an
/// <see cref="IOException"/> for the writer; .NET ignores SIGPIPE in every process.
/// </remarks>
sealed class DescriptorStream : Stream
{
    readonly SafeFileHandle _descriptor;
    readonly Readiness _readiness;

    /// <summary>Owns the descriptor from now on: if this fails, it is closed.</summary>
    internal DescriptorStream(SafeFileHandle descriptor)
    {
        _descriptor = descriptor;
        try
        {
            DescriptorTable.SetNonBlocking(descriptor);
            _readiness = new(descriptor);
        }
        catch
        {
            descriptor.Dispose();
            throw;
        }
    }

    public override bool CanRead => !_readiness.Closed;

    public override bool CanWrite => !_readiness.Closed;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        int count;
        while ((count = TryRead(buffer)) < 0)
            Wait(LibC.Readable);
        return count;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_readiness.Closed, this);
        while (buffer.Length > 0)
        {
            var count = TryWrite(buffer);
            if (count < 0)
                Wait(LibC.Writable);
            else
                buffer = buffer[count..];
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    // The base class would let a read and a write wait for each other.
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        => new(Task.Run(() => Read(buffer.Span), cancellationToken));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => Task.Run(() => Read(buffer, offset, count), cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        => new(Task.Run(() => Write(buffer.Span), cancellationToken));

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => Task.Run(() => Write(buffer, offset, count), cancellationToken);

    /// <summary>Nothing is held back.</summary>
    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _readiness.Dispose();
            _descriptor.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>A wait that fails is a link that fails: readers and writers of streams know no other exception.</summary>
    void Wait(short events)
    {
        try
        {
            _readiness.Wait(events);
        }
        catch (ConfinementException e)
        {
            throw new IOException("Waiting for the link failed.", e);
        }
    }

    /// <summary>Bytes read, zero at the end, minus one if there are none yet.</summary>
    unsafe int TryRead(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_readiness.Closed, this);
        if (buffer.Length == 0)
            return 0;
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var count = LibC.Read(_descriptor, start, (nuint)buffer.Length);
                if (count >= 0)
                    return (int)count;
                switch (Marshal.GetLastPInvokeError())
                {
                    case Errno.Interrupted:
                        continue;
                    case Errno.TryAgain:
                        return -1;
                    case Errno.ConnectionReset:
                        return 0;   // the partner went with bytes of ours unread: for a reader that is an end like any other
                    default:
                        throw new IOException("Reading the link failed.", LibC.Failure("read"));
                }
            }
        }
    }

    /// <summary>Bytes written, minus one if there is no room yet.</summary>
    unsafe int TryWrite(ReadOnlySpan<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var count = LibC.Write(_descriptor, start, (nuint)buffer.Length);
                if (count >= 0)
                    return (int)count;
                switch (Marshal.GetLastPInvokeError())
                {
                    case Errno.Interrupted:
                        continue;
                    case Errno.TryAgain:
                        return -1;
                    case Errno.BrokenPipe or Errno.ConnectionReset:
                        throw new IOException("The process at the other end of the link has gone.");
                    default:
                        throw new IOException("Writing to the link failed.", LibC.Failure("write"));
                }
            }
        }
    }
}
