using System.Runtime.CompilerServices;
using Hearth.Tensors.Memory;
using Hearth.Tensors.Quantization;
using Hearth.Tensors.Threading;

namespace Hearth.Tensors.Kernels;

/// <summary>
/// Attention in one pass over the pages (numeric profile, rule 7): scores of a page, its exact maximum, rescaling, then p · V by ascending chain.
/// Spans of 1,024 positions have a state of their own and are merged in ascending order. Pages that no query of a tile sees are not read.
/// </summary>
static unsafe class Attention<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    const int PagesPerSpan = 16, Page = KvStore.PageLength;

    /// <summary>Running maximum, sum of weights and weighted sum of values of each query.</summary>
    ref struct State(float* memory, int stride)
    {
        internal readonly float* Maximum = memory, Sum = memory + 16, Values = memory + 32;
        internal readonly int Stride = stride;

        internal readonly void Reset(int queries)
        {
            for (var r = 0; r < queries; r++)
                (Maximum[r], Sum[r]) = (float.NegativeInfinity, 0f);
            new Span<float>(Values, queries * Stride).Clear();
        }
    }

    internal static void Attend<TDot>(
        ManagedKernels<TLanes, TDot> kernels, CrewMember member, KvStore cache, int layer, in AttentionTile tile, FloatRows queries, FloatRows output, AttentionRule rule)
        where TDot : struct, IDot
    {
        var count = tile.Rows * tile.Heads;
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)AttentionTile.MaxQueries, nameof(tile));
        var length = cache.HeadLength;
        var layout = cache.IsHalf ? CodeLayout.F16 : CodeLayout.F32;
        var q = (float*)member.Scratch;
        var scores = q + (AttentionTile.MaxQueries * length);
        var memory = scores + (AttentionTile.MaxQueries * Page);
        State span = new(memory, length), total = new(memory + 32 + (AttentionTile.MaxQueries * length), length);
        Gather(tile, queries, length, q);
        span.Reset(count);

        var firstPage = rule.Visible(tile.Position, tile.Length).From / Page;
        var lastPage = (rule.Visible(tile.Position + tile.Rows - 1, tile.Length).To - 1) / Page;
        var scoring = new TileArguments
        {
            Left = q, LeftStride = length * sizeof(float), RightStride = Page * cache.NumberBytes,
            Output = scores, OutputStride = Page * sizeof(float), K = length,
        };
        var weighing = new TileArguments
        {
            Left = scores, LeftStride = Page * sizeof(float), RightStride = length * cache.NumberBytes,
            Output = span.Values, OutputStride = length * sizeof(float), K = Page, Accumulate = 1,
        };
        var merged = 0;
        for (var p = firstPage; p <= lastPage; p++)
        {
            if (p > firstPage && p % PagesPerSpan == 0)
            {
                Merge(span, total, count, first: merged++ == 0);
                span.Reset(count);
            }

            scoring.Right = cache.Keys(tile.Pages[p], layer, tile.KvHead);
            kernels.Tile(scoring, count, Page / 16, layout);
            for (var r = 0; r < count; r++)
            {
                var (from, to) = rule.Visible(tile.Position + (r / tile.Heads), tile.Length);
                Weigh(scores + (r * Page), Math.Max(from - (p * Page), 0), Math.Min(to - (p * Page), Page), rule, span, r);
            }

            weighing.Right = cache.Values(tile.Pages[p], layer, tile.KvHead);
            kernels.Tile(weighing, count, length / 16, layout);
        }

        if (merged > 0)
        {
            Merge(span, total, count, first: false);
            span = total;
        }

        Scatter(span, tile, output, length, rule.Sinks);
    }

    static void Gather(in AttentionTile tile, FloatRows queries, int length, float* q)
    {
        for (var r = 0; r < tile.Rows * tile.Heads; r++)
        {
            var source = queries.Pointer(tile.FirstRow + (r / tile.Heads)) + ((tile.FirstHead + (r % tile.Heads)) * length);
            Buffer.MemoryCopy(source, q + (r * length), length * sizeof(float), length * sizeof(float));
        }
    }

    /// <summary>Turns a page's products into weights e^(score − maximum), exactly 0 where masked, and rescales what was summed before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Weigh(float* scores, int from, int to, AttentionRule rule, State span, int r)
    {
        if (from >= to)
        {
            new Span<float>(scores, Page).Clear();
            return;
        }

        var factor = TLanes.Create(rule.Scale);
        for (var j = 0; j < Page; j += 16)
        {
            var score = TLanes.Load(scores + j) * factor;
            (rule.SoftCap > 0 ? Functions<TLanes>.SoftCap(score, rule.SoftCap) : score).Store(scores + j);
        }

        new Span<float>(scores, from).Fill(float.NegativeInfinity);
        new Span<float>(scores + to, Page - to).Fill(float.NegativeInfinity);
        TLanes s0 = TLanes.Load(scores), s1 = TLanes.Load(scores + 16), s2 = TLanes.Load(scores + 32), s3 = TLanes.Load(scores + 48);
        var maximum = MathF.Max(span.Maximum[r], TLanes.MaxLane(TLanes.Max(TLanes.Max(s0, s1), TLanes.Max(s2, s3))));
        var shift = TLanes.Create(maximum);
        var correction = Scalar(Functions<TLanes>.Exp(TLanes.Create(span.Maximum[r] - maximum)));
        s0 = Functions<TLanes>.Exp(s0 - shift);
        s1 = Functions<TLanes>.Exp(s1 - shift);
        s2 = Functions<TLanes>.Exp(s2 - shift);
        s3 = Functions<TLanes>.Exp(s3 - shift);
        s0.Store(scores);
        s1.Store(scores + 16);
        s2.Store(scores + 32);
        s3.Store(scores + 48);
        span.Maximum[r] = maximum;
        span.Sum[r] = MathF.FusedMultiplyAdd(span.Sum[r], correction, TLanes.TreeSum(s0 + s1 + s2 + s3));
        if (correction == 1f)
            return;
        var values = span.Values + (r * span.Stride);
        var by = TLanes.Create(correction);
        for (var i = 0; i < span.Stride; i += 16)
            (TLanes.Load(values + i) * by).Store(values + i);
    }

    /// <summary>Adds a finished span to those before it.</summary>
    static void Merge(State span, State total, int count, bool first)
    {
        for (var r = 0; r < count; r++)
        {
            float* from = span.Values + (r * span.Stride), to = total.Values + (r * span.Stride);
            if (first)
            {
                (total.Maximum[r], total.Sum[r]) = (span.Maximum[r], span.Sum[r]);
                Buffer.MemoryCopy(from, to, span.Stride * sizeof(float), span.Stride * sizeof(float));
                continue;
            }

            // A query that sees nothing of this span (its position lies before it) keeps what it has.
            if (float.IsNegativeInfinity(span.Maximum[r]))
                continue;
            var maximum = MathF.Max(total.Maximum[r], span.Maximum[r]);
            TLanes a = Functions<TLanes>.Exp(TLanes.Create(total.Maximum[r] - maximum)), b = Functions<TLanes>.Exp(TLanes.Create(span.Maximum[r] - maximum));
            total.Maximum[r] = maximum;
            total.Sum[r] = MathF.FusedMultiplyAdd(total.Sum[r], Scalar(a), span.Sum[r] * Scalar(b));
            for (var i = 0; i < span.Stride; i += 16)
                TLanes.Fma(TLanes.Load(to + i), a, TLanes.Load(from + i) * b).Store(to + i);
        }
    }

    static void Scatter(State state, in AttentionTile tile, FloatRows output, int length, FloatRows? sinks)
    {
        for (var r = 0; r < tile.Rows * tile.Heads; r++)
        {
            var head = tile.FirstHead + (r % tile.Heads);
            var target = output.Pointer(tile.FirstRow + (r / tile.Heads)) + (head * length);
            var by = TLanes.Create(sinks is null ? 1f / state.Sum[r] : WithSink(state.Maximum[r], state.Sum[r], sinks.Row(0)[head]));
            for (var i = 0; i < length; i += 16)
                (TLanes.Load(state.Values + (r * state.Stride) + i) * by).Store(target + i);
        }
    }

    /// <summary>What the weighted sum is multiplied by where one more score without value takes part in the softmax.</summary>
    static float WithSink(float maximum, float sum, float sink)
    {
        var highest = MathF.Max(maximum, sink);
        var correction = Scalar(Functions<TLanes>.Exp(TLanes.Create(maximum - highest)));
        return correction / MathF.FusedMultiplyAdd(sum, correction, Scalar(Functions<TLanes>.Exp(TLanes.Create(sink - highest))));
    }

    static float Scalar(TLanes lanes)
    {
        var numbers = stackalloc float[16];
        lanes.Store(numbers);
        return numbers[0];
    }
}
