using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hearth.Confinement.Linux;

/// <summary>Waits until a descriptor can be read or written, on the caller's thread or without one, and wakes all waiters when it is closed.</summary>
/// <remarks>
/// An eventfd beside the descriptor is the bell: closing rings it for good, so that a waiter can't sleep through. Waiters without a thread share one that is
/// started for the first of them: no thread of the pool is ever blocked.
/// </remarks>
sealed unsafe class Readiness : IDisposable
{
    const int StackBytes = 128 * 1024;
    const short Failed = 0x08 | 0x10 | 0x20;    // POLLERR, POLLHUP, POLLNVAL: the next call tells what it is

    readonly Lock _lock = new();
    readonly SafeFileHandle _descriptor;
    readonly SafeFileHandle _closing = Bell();
    readonly SafeFileHandle _changed = Bell();
    TaskCompletionSource? _reader;
    TaskCompletionSource? _writer;
    Thread? _watcher;
    volatile bool _closed;

    /// <summary>Borrows the descriptor.</summary>
    internal Readiness(SafeFileHandle descriptor) => _descriptor = descriptor;

    internal bool Closed => _closed;

    /// <summary>Blocks until the descriptor is ready for one of the events, or closed.</summary>
    internal void Wait(short events)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        _ = Poll(events, _closing);
        ObjectDisposedException.ThrowIf(_closed, this);
    }

    /// <summary>Done when the descriptor is ready for reading or writing; fails when it is closed.</summary>
    internal Task WaitAsync(short events, CancellationToken cancellation)
    {
        Task ready;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            ref var waiter = ref events == LibC.Readable ? ref _reader : ref _writer;
            waiter ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            ready = waiter.Task;
            if (_watcher is null)
            {
                _watcher = new Thread(Watch, StackBytes) { IsBackground = true, Name = "hearth-link" };
                _watcher.UnsafeStart();
            }

            Ring(_changed);
        }

        // Giving up a wait leaves the shared waiter in place; the next event finishes it, and nobody minds.
        return ready.WaitAsync(cancellation);
    }

    /// <summary>Wakes everyone who waits; from now on nobody can wait.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_closed)
                return;
            _closed = true;
            Ring(_closing);
            Ring(_changed);
            Finish(ref _reader);
            Finish(ref _writer);
            // Who is inside poll holds a reference, so the bells close when the last one leaves.
            _closing.Dispose();
            _changed.Dispose();
        }

        // Then the descriptor is really closed when its owner closes it, and the partner sees the end. Waiters go on elsewhere, never on this thread.
        _watcher?.Join();
    }

    void Watch()
    {
        try
        {
            while (!_closed)
            {
                short events;
                lock (_lock)
                    events = (short)((_reader is null ? 0 : LibC.Readable) | (_writer is null ? 0 : LibC.Writable));
                var happened = Poll(events, _changed);
                lock (_lock)
                {
                    if (_closed)
                        return;
                    Silence(_changed);
                    if ((happened & (LibC.Readable | Failed)) != 0)
                        Finish(ref _reader);
                    if ((happened & (LibC.Writable | Failed)) != 0)
                        Finish(ref _writer);
                }
            }
        }
        catch (ObjectDisposedException)
        {
            // Closed between two rounds: all waiters are already told.
        }
    }

    /// <summary>What happened to the descriptor; zero if only the bell rang or nothing is asked for.</summary>
    short Poll(short events, SafeFileHandle bell)
    {
        bool descriptorHeld = false, bellHeld = false;
        try
        {
            _descriptor.DangerousAddRef(ref descriptorHeld);
            bell.DangerousAddRef(ref bellHeld);
            var both = stackalloc PollDescriptor[2];
            // A negative number is passed over: a descriptor that hung up would otherwise answer at once, for ever.
            both[0] = new() { Descriptor = events == 0 ? -1 : (int)_descriptor.DangerousGetHandle(), Events = events };
            both[1] = new() { Descriptor = (int)bell.DangerousGetHandle(), Events = LibC.Readable };
            while (LibC.Poll(both, 2, -1) < 0)
            {
                if (Marshal.GetLastPInvokeError() != Errno.Interrupted)
                    throw LibC.Failure("Waiting for the link");
            }

            return both[0].Returned;
        }
        finally
        {
            if (descriptorHeld)
                _descriptor.DangerousRelease();
            if (bellHeld)
                bell.DangerousRelease();
        }
    }

    void Finish(ref TaskCompletionSource? waiter)
    {
        var finished = waiter;
        waiter = null;
        if (_closed)
            finished?.TrySetException(new ObjectDisposedException(nameof(DescriptorStream)));
        else
            finished?.TrySetResult();
    }

    static SafeFileHandle Bell()
    {
        var bell = new SafeFileHandle(LibC.EventDescriptor(0, LibC.CloseOnExec | LibC.NonBlocking), ownsHandle: true);
        return bell.IsInvalid ? throw LibC.Failure("Making an event descriptor") : bell;
    }

    static void Ring(SafeFileHandle bell)
    {
        var one = 1UL;
        _ = LibC.Write(bell, (byte*)&one, sizeof(ulong));
    }

    static void Silence(SafeFileHandle bell)
    {
        ulong count;
        _ = LibC.Read(bell, (byte*)&count, sizeof(ulong));
    }
}
