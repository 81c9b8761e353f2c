using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hearth.Confinement.Linux;

/// <summary>Waits on the caller's thread until a descriptor can be read or written, and wakes all waiters when it is closed.</summary>
/// <remarks>An eventfd beside the descriptor is the bell: closing rings it for good, so that a waiter can't sleep through.</remarks>
sealed unsafe class Readiness : IDisposable
{
    readonly SafeFileHandle _descriptor;
    readonly SafeFileHandle _bell;
    volatile bool _closed;

    /// <summary>Borrows the descriptor.</summary>
    internal Readiness(SafeFileHandle descriptor)
    {
        _descriptor = descriptor;
        _bell = new(LibC.EventDescriptor(0, LibC.CloseOnExec | LibC.NonBlocking), ownsHandle: true);
        if (_bell.IsInvalid)
            throw LibC.Failure("Making an event descriptor");
    }

    internal bool Closed => _closed;

    /// <summary>Blocks until the descriptor is ready for one of the events, has failed (the next call on it tells how), or is closed.</summary>
    /// <returns>What the descriptor is ready for, or its failure.</returns>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    internal short Wait(short events)
    {
        ObjectDisposedException.ThrowIf(_closed, typeof(DescriptorStream));
        var ready = Poll(events);
        ObjectDisposedException.ThrowIf(_closed, typeof(DescriptorStream));
        return ready;
    }

    /// <summary>Wakes everyone who waits; from now on nobody can wait.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, true))
            return;
        var one = 1UL;
        _ = LibC.Write(_bell, (byte*)&one, sizeof(ulong));
        // Who is inside poll holds a reference, so the bell closes when the last one leaves.
        _bell.Dispose();
    }

    short Poll(short events)
    {
        bool descriptorHeld = false, bellHeld = false;
        try
        {
            _descriptor.DangerousAddRef(ref descriptorHeld);
            _bell.DangerousAddRef(ref bellHeld);
            var both = stackalloc PollDescriptor[2];
            both[0] = new() { Descriptor = (int)_descriptor.DangerousGetHandle(), Events = events };
            both[1] = new() { Descriptor = (int)_bell.DangerousGetHandle(), Events = LibC.Readable };
            while (LibC.Poll(both, 2, -1) < 0)
            {
                if (Marshal.GetLastPInvokeError() != Errno.Interrupted)
                    throw LibC.Failure("Waiting for a descriptor");
            }

            return both[0].Returned;
        }
        finally
        {
            if (descriptorHeld)
                _descriptor.DangerousRelease();
            if (bellHeld)
                _bell.DangerousRelease();
        }
    }
}
