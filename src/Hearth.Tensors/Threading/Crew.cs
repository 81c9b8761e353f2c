using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Hearth.Tensors.Memory;

namespace Hearth.Tensors.Threading;

/// <summary>
/// Persistent threads that run one pass together: the caller is member 0. Waiting is spinning for some tens of microseconds, then yielding the core,
/// then sleeping, so that a machine whose cores are taken away still gets on.
/// </summary>
public sealed unsafe class Crew : IDisposable
{
    const int CacheLine = 128, SpinsBeforeYield = 2000, YieldsBeforeSleep = 200;

    /// <summary>The low bits of a generation say how many members it has, so that both change at once.</summary>
    const int ActiveBits = 9;
    readonly NativeBuffer _shared;
    readonly long* _arrived, _generation, _finished, _phases;
    readonly CrewMember[] _members;
    readonly Thread[] _threads;
    readonly SemaphoreSlim[] _wake;
    readonly int[] _sleeping;
    readonly int _maxPhases;
    Action<CrewMember>? _work;
    Exception? _failure;
    int _active;
    bool _disposed;

    /// <param name="size">Members, the caller included: 1 to 256.</param>
    /// <param name="scratchBytes">Private memory of each member.</param>
    /// <param name="phases">Phases of a pass at most.</param>
    public Crew(int size, long scratchBytes, int phases = 8192)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, 256);
        Size = size;
        _maxPhases = phases + 1;
        _shared = new((3 + _maxPhases) * (long)CacheLine);
        _arrived = (long*)_shared.Start;
        _generation = (long*)(_shared.Start + CacheLine);
        _finished = (long*)(_shared.Start + (2 * CacheLine));
        _phases = (long*)(_shared.Start + (3 * CacheLine));
        _members = new CrewMember[size];
        _wake = new SemaphoreSlim[size];
        _sleeping = new int[size];
        for (var i = 0; i < size; i++)
            (_members[i], _wake[i]) = (new(this, i, scratchBytes), new(0));
        _threads = new Thread[size - 1];
        for (var i = 1; i < size; i++)
        {
            var member = _members[i];
            _threads[i - 1] = new(() => Serve(member)) { IsBackground = true, Name = $"crew {i}" };
            _threads[i - 1].Start();
        }
    }

    /// <summary>Members, the caller included.</summary>
    public int Size { get; }

    /// <summary>Runs <paramref name="work"/> on the first <paramref name="members"/> members at once and returns when all are done.</summary>
    /// <remarks>Not reentrant; one caller at a time. An exception of any member is thrown here after all have ended.</remarks>
    public void Run(int members, Action<CrewMember> work)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfLessThan(members, 1);
        _active = Math.Min(members, Size);
        _work = work;
        _failure = null;
        for (var p = 1; p <= Math.Min(_members[0].Phase, _maxPhases - 1); p++)
            *Phase(p) = 0;
        Volatile.Write(ref *_arrived, 0);
        Volatile.Write(ref *_finished, 0);
        Volatile.Write(ref *_generation, (((*_generation >> ActiveBits) + 1) << ActiveBits) | (long)_active);
        for (var i = 1; i < _active; i++)
        {
            if (Interlocked.Exchange(ref _sleeping[i], 0) == 1)
                _wake[i].Release();
        }

        Work(_members[0]);
        SpinUntil(_finished, _active - 1);
        _work = null;
        if (_failure is { } failure)
        {
            _failure = null;
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <summary>Ends the threads and frees the memory.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        Volatile.Write(ref *_generation, ((*_generation >> ActiveBits) + 1) << ActiveBits);
        foreach (var wake in _wake)
            wake.Release();
        foreach (var thread in _threads)
            thread.Join();
        foreach (var member in _members)
            member.Free();
        foreach (var wake in _wake)
            wake.Dispose();
        _shared.Dispose();
    }

    internal int Active => _active;

    internal void Arrive(long target)
    {
        Interlocked.Increment(ref *_arrived);
        SpinUntil(_arrived, target);
        // A member that failed has left the pass; its mates leave at their next barrier.
        if (Volatile.Read(ref _failure) is not null)
            throw new PassAbandonedException();
    }

    internal long Take(int phase)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)phase, (uint)_maxPhases, nameof(phase));
        return Interlocked.Increment(ref *Phase(phase)) - 1;
    }

    long* Phase(int index) => _phases + (index * (CacheLine / sizeof(long)));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void SpinUntil(long* counter, long target)
    {
        for (var spins = 0; Volatile.Read(ref *counter) < target; spins++)
        {
            if (spins < SpinsBeforeYield)
                Pause();
            else
                Thread.Yield();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Pause()
    {
        if (X86Base.IsSupported)
            X86Base.Pause();
        else
            Thread.SpinWait(1);
    }

    void Work(CrewMember member)
    {
        try
        {
            member.BeginPass();
            _work!(member);
        }
        catch (PassAbandonedException)
        {
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _failure, e, null);
            // Whoever waits at a barrier is let go: the count can only grow past its target.
            Interlocked.Add(ref *_arrived, int.MaxValue);
        }
    }

    void Serve(CrewMember member)
    {
        var seen = 0L;
        while (true)
        {
            seen = AwaitGeneration(member.Index, seen);
            if (_disposed)
                return;
            if (member.Index >= (seen & ((1 << ActiveBits) - 1)))
                continue;
            Work(member);
            Interlocked.Increment(ref *_finished);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    long AwaitGeneration(int index, long seen)
    {
        for (var spins = 0; Volatile.Read(ref *_generation) == seen; spins++)
        {
            if (spins < SpinsBeforeYield)
            {
                Pause();
            }
            else if (spins < SpinsBeforeYield + YieldsBeforeSleep)
            {
                Thread.Yield();
            }
            else
            {
                Volatile.Write(ref _sleeping[index], 1);
                Interlocked.MemoryBarrier();
                if (Volatile.Read(ref *_generation) == seen)
                    _wake[index].Wait();
                Volatile.Write(ref _sleeping[index], 0);
                spins = 0;
            }
        }

        return Volatile.Read(ref *_generation);
    }

    sealed class PassAbandonedException : Exception;
}
