using Hearth.Inference.Constraints;
using Hearth.Requests;

namespace Hearth.Inference.Sampling;

/// <summary>Keeps the tokens that a constraint allows. The first step, since it reads a mask of the whole vocabulary.</summary>
sealed class AllowedTokens(Constraint constraint) : ISamplerStep
{
    /// <inheritdoc/>
    public int Leaves(int vocabulary) => vocabulary;

    /// <inheritdoc/>
    /// <exception cref="EngineException">There is none: the vocabulary lacks bytes.</exception>
    public void Apply(Candidates candidates, ReadOnlySpan<int> history)
    {
        candidates.KeepMasked(constraint.Mask());
        if (candidates.Count == 0)
        {
            throw new EngineException(
                FailureCode.InvalidRequest, "No token of the model's vocabulary goes on as the constraint asks.", "a vocabulary that has every byte", "Take another model, or leave the constraint out.");
        }
    }
}
