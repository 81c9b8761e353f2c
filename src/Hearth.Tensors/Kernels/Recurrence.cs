using System.Runtime.CompilerServices;

namespace Hearth.Tensors.Kernels;

/// <summary>The steps of layers that carry a state from position to position. All sums go up in index; a lane is a number of the output.</summary>
static unsafe class Recurrence<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    /// <summary>What is added to a sum of squares before its root, so that zeros stay zeros.</summary>
    const float Smallest = 1e-6f;

    /// <summary>
    /// Causal convolution of each channel by itself: y = Σ w_j x_(t − taps + 1 + j), then x takes its place in the state, which holds the last
    /// taps − 1 inputs, the oldest first.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Convolve(float* x, float* state, float* weights, int taps, int channels, int from, int to, bool silu, float* y)
    {
        for (var c = from; c < to; c += 16)
        {
            var input = TLanes.Load(x + c);
            var sum = TLanes.Create(0f);
            for (var j = 0; j < taps - 1; j++)
                sum = TLanes.Fma(TLanes.Load(state + (j * channels) + c), TLanes.Load(weights + (j * channels) + c), sum);
            sum = TLanes.Fma(input, TLanes.Load(weights + ((taps - 1) * channels) + c), sum);
            for (var j = 0; j < taps - 2; j++)
                TLanes.Load(state + ((j + 1) * channels) + c).Store(state + (j * channels) + c);
            input.Store(state + ((taps - 2) * channels) + c);
            (silu ? Functions<TLanes>.Silu(sum) : sum).Store(y + c);
        }
    }

    /// <summary>
    /// One step of the gated delta rule for one head: S decays, then forgets what it had for the key and takes the value: S = αS + β k (v − αSᵀk)ᵀ;
    /// o = Sᵀq. Query and key are scaled to length 1 first, the query by 1/√length as well.
    /// </summary>
    /// <param name="q">The query; changed.</param>
    /// <param name="k">The key; changed.</param>
    /// <param name="v">The value; changed.</param>
    /// <param name="length">Numbers of query and key; a multiple of 16.</param>
    /// <param name="width">Numbers of the value; a multiple of 16.</param>
    /// <param name="decay">α.</param>
    /// <param name="rate">β.</param>
    /// <param name="state">S, length × width.</param>
    /// <param name="output">o; cleared by the call.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void DeltaStep(float* q, float* k, float* v, int length, int width, float decay, float rate, float* state, float* output)
    {
        Unit(q, length, 1f / MathF.Sqrt(length));
        Unit(k, length, 1f);
        new Span<float>(output, width).Clear();
        var alpha = TLanes.Create(decay);
        for (var i = 0; i < length; i++)
        {
            var key = TLanes.Create(k[i]);
            for (var j = 0; j < width; j += 16)
            {
                var s = TLanes.Load(state + (i * width) + j) * alpha;
                s.Store(state + (i * width) + j);
                TLanes.Fma(s, key, TLanes.Load(output + j)).Store(output + j);
            }
        }

        for (var j = 0; j < width; j += 16)
        {
            ((TLanes.Load(v + j) - TLanes.Load(output + j)) * TLanes.Create(rate)).Store(v + j);
            TLanes.Create(0f).Store(output + j);
        }

        for (var i = 0; i < length; i++)
        {
            TLanes key = TLanes.Create(k[i]), query = TLanes.Create(q[i]);
            for (var j = 0; j < width; j += 16)
            {
                var s = TLanes.Fma(TLanes.Load(v + j), key, TLanes.Load(state + (i * width) + j));
                s.Store(state + (i * width) + j);
                TLanes.Fma(s, query, TLanes.Load(output + j)).Store(output + j);
            }
        }
    }

    /// <summary>y = f(gate) · y, with f silu or the logistic function.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Gate(float* gate, int width, bool silu, float* y)
    {
        for (var i = 0; i < width; i += 16)
        {
            var g = TLanes.Load(gate + i);
            var one = TLanes.Create(1f);
            var f = silu ? Functions<TLanes>.Silu(g) : one / (one + Functions<TLanes>.Exp(TLanes.Create(0f) - g));
            (TLanes.Load(y + i) * f).Store(y + i);
        }
    }

    /// <summary>y = x · y.</summary>
    internal static void MultiplyInto(float* x, int width, float* y)
    {
        for (var i = 0; i < width; i += 16)
            (TLanes.Load(y + i) * TLanes.Load(x + i)).Store(y + i);
    }

    static void Unit(float* x, int length, float scale)
    {
        var squares = TLanes.Create(0f);
        for (var i = 0; i < length; i += 16)
        {
            var v = TLanes.Load(x + i);
            squares = TLanes.Fma(v, v, squares);
        }

        var factor = TLanes.Create(scale / MathF.Sqrt(TLanes.TreeSum(squares) + Smallest));
        for (var i = 0; i < length; i += 16)
            (TLanes.Load(x + i) * factor).Store(x + i);
    }
}
