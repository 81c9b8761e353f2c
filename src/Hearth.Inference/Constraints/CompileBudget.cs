using Hearth.Requests;

namespace Hearth.Inference.Constraints;

/// <summary>How much work may go into compiling one constraint: whoever writes a hostile one waits about a second, and nobody else waits for them.</summary>
/// <param name="work">In edges of automata that are looked at.</param>
sealed class CompileBudget(long work = CompileBudget.Usual)
{
    /// <summary>The largest schemas that people write take a tenth of it.</summary>
    const long Usual = 15_000_000;

    readonly long _half = work / 2;
    long _left = work;

    /// <summary>Spends some on what only makes things faster; false where that would leave less than half of the whole.</summary>
    internal bool TryTake(long edges)
    {
        var isEnough = _left - edges >= _half;
        _left -= isEnough ? edges : 0;
        return isEnough;
    }

    /// <summary>Spends some.</summary>
    /// <exception cref="EngineException"><see cref="FailureCode.InvalidRequest"/>: there is none left.</exception>
    internal void Take(long edges)
    {
        if ((_left -= edges) < 0)
            throw new EngineException(FailureCode.InvalidRequest, "The constraint takes too long to compile.", "one with fewer or simpler parts", "Make it smaller: fewer members, alternatives and patterns.");
    }
}
