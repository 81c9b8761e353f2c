using System.Runtime.CompilerServices;
using Hearth.Inference.Architectures;
using Hearth.Inference.KvCache;
using Hearth.Inference.Scheduling;
using Hearth.Requests;
using Hearth.Requests.Events;

namespace Hearth.Inference.Generation;

/// <summary>Measures the machine and the model in the same rounds, so that their ratio holds while the machine's speed drifts.</summary>
/// <param name="scheduler">Where it runs, between the passes of others.</param>
/// <param name="context">Positions that the model is loaded with.</param>
/// <param name="clock">What measures.</param>
sealed class Measurement(Scheduler scheduler, int context, TimeProvider clock)
{
    /// <summary>Reads and decode steps in turn: so many turns of so many steps at most, behind so many positions.</summary>
    const int Turns = 5, MostRepeats = 4, TurnContext = 64, MostPositions = TurnContext + (Turns * MostRepeats);

    /// <summary>Rounds of a call of the kernel that only multiplies, between two looks at the clock.</summary>
    internal const long SpinRounds = 20_000;

    static readonly TimeSpan SpinTime = TimeSpan.FromMilliseconds(50);

    internal async IAsyncEnumerable<MeasurementEvent> RunAsync(MeasureRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Check(request);
        // The first round warms up and is not told.
        for (var round = -1; round < request.Rounds; round++)
        {
            foreach (var figure in (Func<LoadedDecoder, IEnumerable<(MeasurementKind, double)>>[])
                [Peak, m => Prefill(m, request.PromptTokens), m => Decode(m, request.GenerateTokens), m => RawAndStep(m)])
            {
                cancellationToken.ThrowIfCancellationRequested();
                foreach (var (kind, value) in await scheduler.RunAloneAsync(m => figure(m).ToList()).ConfigureAwait(false))
                {
                    if (round >= 0)
                        yield return new(kind, round, value);
                }
            }
        }
    }

    IEnumerable<(MeasurementKind, double)> Peak(LoadedDecoder model)
    {
        var done = 0L;
        var time = Time(() => model.Crew.Run(model.Threads.Prefill, _ =>
        {
            // Long enough that starting the threads and raising the clock do not count.
            for (var start = clock.GetTimestamp(); clock.GetElapsedTime(start) < SpinTime;)
                Interlocked.Add(ref done, model.Kernels.Spin(SpinRounds));
        }));
        yield return (MeasurementKind.Int8Peak, done / time);
    }

    IEnumerable<(MeasurementKind, double)> Prefill(LoadedDecoder model, int tokens)
    {
        var batch = new Batch(LoadedDecoder.MaxRows, LoadedDecoder.MaxLogits);
        var time = With(tokens, sequence => Time(() =>
        {
            while (sequence.Length < tokens)
            {
                var count = Math.Min(LoadedDecoder.MaxRows, tokens - sequence.Length);
                Append(model, sequence, count);
                batch.Clear();
                batch.Add(sequence, count, sequence.Length == tokens ? LogitsWanted.Last : LogitsWanted.None);
                model.Decoder.Forward(batch);
            }
        }));
        var multiplications = model.Weights.Streamed.SkipLast(1).Sum(w => 16L * w.Groups * w.Columns);
        yield return (MeasurementKind.Prefill, tokens / time);
        yield return (MeasurementKind.PrefillRate, multiplications * tokens / time);
    }

    IEnumerable<(MeasurementKind, double)> Decode(LoadedDecoder model, int tokens)
    {
        var batch = new Batch(1, 1);
        var time = With(tokens, sequence => Time(() => Steps(model, sequence, batch, tokens)));
        yield return (MeasurementKind.Decode, tokens / time);
    }

    /// <summary>A raw read of all weights and decode steps in turn: the share of the first that the second reaches.</summary>
    IEnumerable<(MeasurementKind, double)> RawAndStep(LoadedDecoder model)
    {
        var bytes = model.Weights.Streamed.Sum(w => w.ByteCount);
        var repeats = (int)Math.Clamp(200_000_000 / bytes, 1, MostRepeats);
        var batch = new Batch(1, 1);
        var (raw, decode) = With(TurnContext + (Turns * repeats), sequence =>
        {
            Steps(model, sequence, batch, TurnContext);
            double raw = 0, decode = 0;
            for (var turn = 0; turn < Turns; turn++)
            {
                raw += Time(() => ReadAll(model, repeats));
                decode += Time(() => Steps(model, sequence, batch, repeats));
            }

            return (raw, decode);
        });
        yield return (MeasurementKind.RawRead, bytes * repeats * Turns / raw);
        yield return (MeasurementKind.DecodeRate, bytes * repeats * Turns / decode);
    }

    void Check(MeasureRequest request)
    {
        if (request.PromptTokens < 1 || request.GenerateTokens < 1 || request.Rounds is < 1 or > 100)
            throw new EngineException(FailureCode.InvalidRequest, "A measurement's length is out of range.", "at least 1 token each and 1 to 100 rounds", "Choose numbers in the range.");
        if (context < MostPositions)
        {
            throw new EngineException(
                FailureCode.InvalidRequest, $"The model is loaded with a context of {context} positions.", $"at least {MostPositions}, which the measurement itself takes", "Load it with a longer context.");
        }

        if (Math.Max(request.PromptTokens, request.GenerateTokens) > context)
        {
            throw new EngineException(
                FailureCode.InvalidRequest, $"A prompt of {request.PromptTokens} tokens and {request.GenerateTokens} generated ones were asked for.",
                $"at most {context} each, the context that the model is loaded with", "Measure less, or load the model with a longer context.");
        }
    }

    /// <summary>Lends a sequence; its pages are given back whatever happens.</summary>
    T With<T>(int capacity, Func<CachedSequence, T> measure)
    {
        var sequence = scheduler.TakeSequence(capacity);
        try
        {
            return measure(sequence);
        }
        finally
        {
            sequence.Truncate(0);
        }
    }

    static void ReadAll(LoadedDecoder model, int repeats)
    {
        model.Crew.Run(model.Threads.Decode, member =>
        {
            for (var i = 0; i < repeats; i++)
            {
                foreach (var matrix in model.Weights.Streamed)
                    model.Kernels.Read(member, matrix);
            }
        });
    }

    static void Steps(LoadedDecoder model, CachedSequence sequence, Batch batch, int count)
    {
        for (var i = 0; i < count; i++)
        {
            Append(model, sequence, 1);
            batch.Clear();
            batch.Add(sequence, 1, LogitsWanted.Last);
            model.Decoder.Forward(batch);
        }
    }

    /// <summary>Tokens that mean nothing, spread over the vocabulary: speed does not depend on them.</summary>
    static void Append(LoadedDecoder model, CachedSequence sequence, int count)
    {
        Span<int> tokens = stackalloc int[LoadedDecoder.MaxRows];
        for (var i = 0; i < count; i++)
            tokens[i] = (int)((((long)(sequence.Length + i) * 7919) + 13) % model.Shape.Vocabulary);
        sequence.Append(tokens[..count]);
    }

    double Time(Action work)
    {
        var start = clock.GetTimestamp();
        work();
        return clock.GetElapsedTime(start).TotalSeconds;
    }
}
