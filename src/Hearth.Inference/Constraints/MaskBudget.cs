using Hearth.Requests;

namespace Hearth.Inference.Constraints;

/// <summary>How much work may go into following one answer: the engine's thread does it, and the answers of others wait. What honest constraints take is a small part of it.</summary>
sealed class MaskBudget
{
    /// <summary>In nodes of tries that are looked at with states that nobody has seen: about a second of work.</summary>
    const long AtFirst = 40_000_000;

    /// <summary>What a token adds: a few goes through a large vocabulary.</summary>
    const long EachToken = 1_000_000;

    long _left = AtFirst;

    /// <summary>A token was written.</summary>
    internal void Refill() => _left = Math.Min(_left + EachToken, AtFirst);

    /// <summary>Spends some.</summary>
    /// <exception cref="EngineException"><see cref="FailureCode.InvalidRequest"/>: there is none left.</exception>
    internal void Take(long nodes)
    {
        if ((_left -= nodes) < 0)
            throw new EngineException(FailureCode.InvalidRequest, "The constraint takes too long to follow.", "one whose alternatives are easier to tell apart", "Make it smaller: fewer alternatives and patterns at one place.");
    }
}
