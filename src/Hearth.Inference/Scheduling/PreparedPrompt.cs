using Hearth.Inference.Constraints;
using Hearth.Inference.ResponseParsing;

namespace Hearth.Inference.Scheduling;

/// <summary>A prompt as the model takes it, and how its answer is to be understood.</summary>
/// <param name="Tokens">At least one.</param>
/// <param name="Parser">For this answer alone.</param>
/// <param name="VisibleTokens">Control tokens that the parser must see.</param>
sealed record PreparedPrompt(int[] Tokens, IResponseParser Parser, IReadOnlySet<int> VisibleTokens)
{
    /// <summary>What the answer's content must be, for this answer alone; null leaves it free.</summary>
    internal Constraint? Constraint { get; init; }

    /// <summary>The grammar of the call that the answer has to be; null where none is demanded.</summary>
    internal Node? Call { get; init; }

    /// <summary>What reads the content where a constraint holds.</summary>
    internal IResponseParser ContentParser { get; init; } = new PlainParser();
}
