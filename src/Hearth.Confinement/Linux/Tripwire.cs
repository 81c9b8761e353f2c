using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hearth.Confinement.Linux;

/// <summary>The host's end of a filter: hears of every call that the filter hands over, denies it, counts it and tells who tried (seccomp_unotify(2)).</summary>
/// <remarks>
/// The caller waits in the kernel for the answer, and the answer is always no: nothing of the call is read but its numbers, so there is nothing that
/// the caller could change meanwhile. If the host ends, the kernel answers that there is no such call.
/// </remarks>
sealed unsafe class Tripwire : IDisposable
{
    /// <summary>Calls that are kept. A process that tries for ever is counted and told from there on, and costs no memory.</summary>
    internal const int MostKept = 64;

    const nuint Receive = 0xC0502100, Send = 0xC0182101;
    const int StackBytes = 128 * 1024;

    /// <summary>The kernel's <c>struct seccomp_notif</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    struct Notice
    {
        internal ulong Id;
        internal int Thread;
        internal uint Flags;
        internal int Number;
        internal uint Architecture;
        internal ulong Instruction;
        internal fixed ulong Arguments[6];
    }

    /// <summary>The kernel's <c>struct seccomp_notif_resp</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    struct Answer
    {
        internal ulong Id;
        internal long Value;
        internal int Error;
        internal uint Flags;
    }

    readonly SafeFileHandle _listener;
    readonly Readiness _readiness;
    readonly int _process;
    readonly Action<DeniedCall>? _tell;
    readonly TimeProvider _clock;
    readonly Lock _lock = new();
    readonly List<DeniedCall> _first = [];
    long _count;

    /// <summary>Starts to listen. Owns the descriptor.</summary>
    internal Tripwire(SafeFileHandle listener, int process, ConfinedProcessOptions options)
    {
        (_listener, _process, _tell, _clock) = (listener, process, options.OnDenied, options.Clock);
        _readiness = new(listener);
        try
        {
            new Thread(Listen, StackBytes) { IsBackground = true, Name = $"hearth-tripwire-{process}" }.UnsafeStart();
        }
        catch (OutOfMemoryException e)
        {
            Dispose();
            throw new ConfinementException("The worker was ended again: the system gave no thread to hear of its denied calls.", inner: e);
        }
    }

    /// <summary>How many calls were denied.</summary>
    internal long Count => Interlocked.Read(ref _count);

    /// <summary>The first <see cref="MostKept"/> of them.</summary>
    internal IReadOnlyList<DeniedCall> First
    {
        get
        {
            lock (_lock)
                return [.. _first];
        }
    }

    /// <summary>Stops listening: whoever still tries is told that there is no such call.</summary>
    public void Dispose()
    {
        _readiness.Dispose();
        _listener.Dispose();
    }

    void Listen()
    {
        try
        {
            // The listener hangs up when no process with the filter is left.
            while ((_readiness.Wait(LibC.Readable) & LibC.Readable) != 0)
                DenyOne();
        }
        catch (ObjectDisposedException)
        {
            // Closed by the host.
        }
        catch (ConfinementException)
        {
            // Nobody hears any more: with the listener closed the calls stay denied, and nobody waits for an answer.
            Dispose();
        }
    }

    void DenyOne()
    {
        // The kernel insists on a zeroed structure. Whoever tried may be gone again: then there is nothing to receive, or nobody to answer.
        var notice = default(Notice);
        if (LibC.DeviceControl(_listener, Receive, &notice) != 0)
            return;
        var call = Describe(notice.Number, notice.Arguments[0], notice.Thread);
        lock (_lock)
        {
            _count++;
            if (_first.Count < MostKept)
                _first.Add(call);
        }

        // Answered last, so that a call that came back is one that was counted.
        Tell(call);
        var answer = new Answer { Id = notice.Id, Error = -Errno.NotPermitted };
        _ = LibC.DeviceControl(_listener, Send, &answer);
    }

    void Tell(DeniedCall call)
    {
        try
        {
            _tell?.Invoke(call);
        }
#pragma warning disable CA1031 // What the host does with the news must end neither the host nor the tripwire; the call is counted already.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    DeniedCall Describe(int number, ulong argument, int thread)
    {
        var name = SystemCalls.Current.NameOf((uint)number) ?? $"call {number}";
        return new(name, name is "socket" or "socketpair" ? SocketFamilies.Name((uint)argument) : null, _process, thread, _clock.GetUtcNow());
    }
}
