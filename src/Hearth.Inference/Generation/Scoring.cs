using Hearth.Inference.Architectures;
using Hearth.Inference.KvCache;
using Hearth.Inference.Sampling;
using Hearth.Inference.Scheduling;

namespace Hearth.Inference.Generation;

/// <summary>Judges given tokens. Logits never leave the engine: of every row one number remains.</summary>
sealed class Scoring(Scheduler scheduler)
{
    readonly Batch _batch = new(LoadedDecoder.MaxRows, LoadedDecoder.MaxLogits);

    /// <summary>Natural logarithms of the probabilities of the tokens from <paramref name="first"/> on, each after all that precede it.</summary>
    internal async Task<double[]> RunAsync(int[] tokens, int first, CancellationToken cancellationToken)
    {
        var scores = new double[tokens.Length - first];
        var sequence = await scheduler.RunAloneAsync(model => scheduler.TakeSequence(tokens.Length, tokens.Length > model.Shape.LongFrom)).ConfigureAwait(false);
        try
        {
            // The last token is judged, but nothing follows that it would have to be computed for.
            while (sequence.Length < tokens.Length - 1)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await scheduler.RunAloneAsync(model => Next(model, sequence, tokens, first, scores)).ConfigureAwait(false);
            }

            return scores;
        }
        finally
        {
            await scheduler.RunAloneAsync(_ =>
            {
                sequence.Truncate(0);
                return true;
            }).ConfigureAwait(false);
        }
    }

    int Next(LoadedDecoder model, CachedSequence sequence, int[] tokens, int first, double[] scores)
    {
        // Logits at a position judge the token after it.
        var (start, judges) = (sequence.Length, sequence.Length >= first - 1);
        var count = judges ? Math.Min(LoadedDecoder.MaxLogits, tokens.Length - 1 - start) : Math.Min(LoadedDecoder.MaxRows, first - 1 - start);
        sequence.Append(tokens.AsSpan(start, count));
        _batch.Clear();
        _batch.Add(sequence, count, judges ? LogitsWanted.All : LogitsWanted.None);
        model.Decoder.Forward(_batch);
        for (var i = 0; i < _batch.LogitCount; i++)
            scores[start + i + 1 - first] = LogProbabilities.Of(model.Decoder.Logits.Row(i), tokens[start + i + 1]);
        return count;
    }
}
