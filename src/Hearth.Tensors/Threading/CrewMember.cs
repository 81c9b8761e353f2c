using Hearth.Tensors.Memory;

namespace Hearth.Tensors.Threading;

/// <summary>One thread of a <see cref="Crew"/> within a pass. All members go through the same sequence of phases and barriers.</summary>
public sealed unsafe class CrewMember
{
    readonly Crew _crew;
    readonly NativeBuffer _scratch;
    long _barriers;

    internal CrewMember(Crew crew, int index, long scratchBytes) => (_crew, Index, _scratch) = (crew, index, new(scratchBytes));

    /// <summary>0 is the caller's thread.</summary>
    public int Index { get; }

    /// <summary>Members in this pass.</summary>
    public int Count => _crew.Active;

    /// <summary>Phases begun in this pass.</summary>
    internal int Phase { get; private set; }

    internal byte* Scratch => _scratch.Start;

    internal long ScratchBytes => _scratch.Length;

    /// <summary>Waits until all members of the pass are here.</summary>
    public void Barrier()
    {
        _barriers += Count;
        if (Count > 1)
            _crew.Arrive(_barriers);
    }

    /// <summary>Starts a phase whose jobs are given out one by one; all members call it at the same place.</summary>
    public void BeginPhase() => Phase++;

    /// <summary>The next job of the phase, from 0; the same number is never given out twice.</summary>
    public long Take() => _crew.Take(Phase);

    /// <summary>This member's share of <paramref name="jobs"/> equal jobs: a contiguous range in whole units of <paramref name="unit"/>.</summary>
    public (int From, int To) Share(int jobs, int unit = 1)
    {
        var units = (jobs + unit - 1) / unit;
        var from = (int)((long)units * Index / Count) * unit;
        return (Math.Min(from, jobs), Math.Min((int)((long)units * (Index + 1) / Count) * unit, jobs));
    }

    /// <summary>Keeps a result that nobody needs, so that its computation is not optimized away.</summary>
    internal void Keep(ulong result) => *(ulong*)(Scratch + ScratchBytes - sizeof(ulong)) = result;

    internal void BeginPass() => (_barriers, Phase) = (0, 0);

    internal void Free() => _scratch.Dispose();
}
