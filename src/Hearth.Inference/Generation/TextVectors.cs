using Hearth.Inference.Architectures;
using Hearth.Inference.KvCache;
using Hearth.Inference.Scheduling;
using Hearth.Requests;
using Hearth.Tensors.Kernels;

namespace Hearth.Inference.Generation;

/// <summary>A text for <see cref="TextVectors"/>.</summary>
/// <param name="Tokens">Its tokens, special ones included.</param>
/// <param name="Types">A type for each token, for models that know types; empty: all are of type 0.</param>
sealed record TokenText(int[] Tokens, int[] Types);

/// <summary>Vectors of texts and of their tokens, and scores of rerankers. Several texts share a pass; a text's numbers do not depend on those beside it.</summary>
sealed class TextVectors(Scheduler scheduler, LoadedDecoder model)
{
    /// <summary>For each text the vectors of all tokens after the last norm.</summary>
    /// <exception cref="EngineException">A text is empty or too long, or has tokens or types that the model does not know.</exception>
    internal Task<List<float[][]>> OfTokensAsync(IReadOnlyList<TokenText> texts, CancellationToken cancellationToken)
        => RunAsync(texts, PassResult.Vectors, LogitsWanted.All, cancellationToken);

    /// <summary>For each text one vector, not normalized.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="pooling">How a text's vectors become one; null for what the model's file says.</param>
    /// <param name="cancellationToken">Stops between two passes.</param>
    /// <exception cref="EngineException">As for <see cref="OfTokensAsync"/>; or the file names no pooling.</exception>
    internal async Task<List<float[]>> OfTextsAsync(IReadOnlyList<TokenText> texts, Pooling? pooling, CancellationToken cancellationToken)
    {
        var rows = await RunAsync(
            texts, PassResult.Vectors, (pooling ?? model.Shape.Pooling) switch
            {
                Pooling.Mean => LogitsWanted.All,
                Pooling.Cls => LogitsWanted.First,
                Pooling.Last => LogitsWanted.Last,
                var other => throw new EngineException(
                    FailureCode.InvalidRequest, $"The pooling of the model's vectors is '{other}'.", "mean, cls or last", "Choose one of these, or another model.")
                {
                    Part = RequestPart.Model,
                },
            },
            cancellationToken).ConfigureAwait(false);
        return rows.ConvertAll(Mean);
    }

    /// <summary>For each pair of query and document, tokenized as the model wants it, how well they fit: the label's score, or its share where there are several.</summary>
    /// <exception cref="EngineException">As for <see cref="OfTokensAsync"/>; or the model has no classifier.</exception>
    internal async Task<List<float>> ScoresAsync(IReadOnlyList<TokenText> texts, CancellationToken cancellationToken)
    {
        var rows = await RunAsync(
            texts, PassResult.Labels,
            model.Shape.Labels == 0
                ? throw new EngineException(FailureCode.InvalidRequest, "The model has no classifier, so it cannot score texts.", "a reranker", "Choose another model.") { Part = RequestPart.Model }
                : model.Shape.Architecture.Causal ? LogitsWanted.Last : LogitsWanted.First,
            cancellationToken).ConfigureAwait(false);
        return rows.ConvertAll(row => Score(row[0]));
    }

    async Task<List<float[][]>> RunAsync(IReadOnlyList<TokenText> texts, PassResult result, LogitsWanted wanted, CancellationToken cancellationToken)
    {
        foreach (var text in texts)
            Check(text);
        var rows = texts.Select(_ => new List<float[]>()).ToList();
        for (var next = 0; next < texts.Count;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var first = next;
            next = await scheduler.RunAloneAsync(_ => new Pass(scheduler, model, result, wanted).Run(texts, first, rows)).ConfigureAwait(false);
        }

        return rows.ConvertAll(r => r.ToArray());
    }

    void Check(TokenText text)
    {
        if (text.Tokens.Length == 0)
            throw new EngineException(FailureCode.InvalidRequest, "A text has no tokens.", "at least one token", "Leave the text out.") { Part = RequestPart.Prompt };
        if (text.Tokens.Length > model.ContextLength)
        {
            throw new EngineException(
                FailureCode.ContextOverflow, $"A text has {text.Tokens.Length} tokens.", $"at most {model.ContextLength}", "Shorten or split it.");
        }

        if (text.Tokens.AsSpan().ContainsAnyExceptInRange(0, model.Shape.Vocabulary - 1))
            throw new EngineException(FailureCode.InvalidRequest, "A text has a token that is not in the vocabulary.", $"0 to {model.Shape.Vocabulary - 1}", "Correct it.") { Part = RequestPart.Prompt };
        if (text.Types.Length != 0 && (text.Types.Length != text.Tokens.Length || text.Types.AsSpan().ContainsAnyExceptInRange(0, Math.Max(model.Shape.TokenTypes, 1) - 1)))
        {
            throw new EngineException(
                FailureCode.InvalidRequest, "A text's token types do not fit it or the model.", $"one from 0 to {Math.Max(model.Shape.TokenTypes, 1) - 1} for each token",
                "Leave them out, or correct them.");
        }
    }

    /// <summary>The mean, summed in double precision in order of positions; of one vector it is that vector.</summary>
    static float[] Mean(float[][] vectors)
    {
        var mean = new float[vectors[0].Length];
        for (var i = 0; i < mean.Length; i++)
        {
            var sum = 0.0;
            foreach (var vector in vectors)
                sum += vector[i];
            mean[i] = (float)(sum / vectors.Length);
        }

        return mean;
    }

    float Score(float[] labels)
    {
        if (labels.Length > 1)
            Softmax.Compute(labels, labels);
        return labels[model.Shape.ScoredLabel];
    }

    /// <summary>One pass over as many whole texts as fit, or several over a long one.</summary>
    sealed class Pass(Scheduler scheduler, LoadedDecoder model, PassResult result, LogitsWanted wanted)
    {
        readonly Batch _batch = new(model.Decoder.Limits.Rows, result == PassResult.Vectors ? model.Decoder.Limits.Rows : model.Decoder.Limits.Logits, result);
        readonly List<(int Text, CachedSequence Sequence)> _slices = [];

        /// <returns>The first text that is not done.</returns>
        internal int Run(IReadOnlyList<TokenText> texts, int first, List<List<float[]>> rows)
        {
            try
            {
                var (text, pages) = (first, 0);
                for (; text < texts.Count; text++)
                {
                    var length = texts[text].Tokens.Length;
                    pages += CachedSequence.PagesFor(length);
                    var fits = length <= _batch.Room && length <= _batch.LogitRoom && pages <= model.Pool.Store.Pages;
                    if (!fits && text > first)
                        break;
                    Add(texts[text], text, rows);
                }

                Flush(rows);
                return text;
            }
            catch
            {
                _slices.ForEach(slice => slice.Sequence.Truncate(0));
                throw;
            }
        }

        void Add(TokenText text, int index, List<List<float[]>> rows)
        {
            var sequence = scheduler.TakeSequence(text.Tokens.Length, text.Tokens.Length > model.Shape.LongFrom);
            while (sequence.Length < text.Tokens.Length)
            {
                if (_batch.Room == 0)
                    Flush(rows);
                var (at, count) = (sequence.Length, Math.Min(_batch.Room, text.Tokens.Length - sequence.Length));
                sequence.Append(text.Tokens.AsSpan(at, count));
                // Of a long text that goes through several passes, the first row is in the first one and the last in the last.
                var needs = wanted switch
                {
                    LogitsWanted.First when at > 0 => LogitsWanted.None,
                    LogitsWanted.Last when sequence.Length < text.Tokens.Length => LogitsWanted.None,
                    _ => wanted,
                };
                _batch.Add(sequence, count, needs, text.Types.Length == 0 ? [] : text.Types.AsSpan(at, count));
                _slices.Add((index, sequence));
            }
        }

        void Flush(List<List<float[]>> rows)
        {
            model.Decoder.Forward(_batch);
            Take(rows);
            foreach (var (_, sequence) in _slices)
            {
                // A text that goes on in the next pass keeps its pages.
                if (sequence.Length == sequence.Capacity)
                    sequence.Truncate(0);
            }

            _batch.Clear();
            _slices.Clear();
        }

        void Take(List<List<float[]>> rows)
        {
            var source = result == PassResult.Vectors ? model.Decoder.Vectors : model.Decoder.Logits;
            var width = result == PassResult.Vectors ? model.Shape.Width : model.Shape.Labels;
            var slice = 0;
            for (var i = 0; i < _batch.LogitCount; i++)
            {
                while (_batch.LogitRows[i] >= _batch.Slices[slice].FirstRow + _batch.Slices[slice].Rows)
                    slice++;
                rows[_slices[slice].Text].Add(source.Row(i)[..width].ToArray());
            }
        }
    }
}
