using Hearth.Workers.Protocol;

namespace Hearth.Workers.Client;

/// <summary>What scores can be: one for each token that is judged, each a number, none above certainty. An engine refuses logits that are not finite, so no score is endless.</summary>
sealed class ScoreRules(int count)
{
    internal void Check(object reply)
    {
        var scores = (double[])reply;
        if (scores.Length != count || scores.Any(s => !(s <= 0 && double.IsFinite(s))))
            throw new ProtocolException($"{scores.Length} logarithms of probabilities came for {count} tokens, or one is above 0 or not finite.");
    }
}
