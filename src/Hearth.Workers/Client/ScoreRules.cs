using Hearth.Workers.Protocol;

namespace Hearth.Workers.Client;

/// <summary>What scores can be: one for each token that is judged, none above certainty.</summary>
sealed class ScoreRules(int count)
{
    internal void Check(object reply)
    {
        var scores = (double[])reply;
        if (scores.Length != count || scores.Any(s => !(s <= 0)))
            throw new ProtocolException($"{scores.Length} logarithms of probabilities came for {count} tokens, or one is above 0.");
    }
}
