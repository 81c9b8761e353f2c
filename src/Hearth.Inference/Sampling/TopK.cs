using System.Numerics;
using Hearth.Requests.Chat;

namespace Hearth.Inference.Sampling;

/// <summary>Keeps the k most likely tokens.</summary>
sealed class TopK(int k) : ISamplerStep
{
    // Above this a selection over the whole vocabulary is faster than a heap.
    const int LargestHeap = 512;

    /// <summary>The step, or null where the options switch it off.</summary>
    internal static ISamplerStep? For(SamplingOptions options, int vocabulary)
        => options.TopK == 0 || options.TopK >= vocabulary ? null : new TopK(options.TopK);

    /// <inheritdoc/>
    public int Leaves(int vocabulary) => k <= LargestHeap ? k : vocabulary;

    /// <inheritdoc/>
    public void Apply(Candidates candidates, ReadOnlySpan<int> history)
    {
        if (k >= candidates.Count)
            return;
        if (k > LargestHeap)
            candidates.KeepFirst(new ByLogit(), candidates.Logits[candidates.MostLikely()], 0, k);
        else
            candidates.Keep(Best(candidates));
    }

    /// <summary>The indices of the best, ascending, from one pass with a heap whose root is the worst of the best so far.</summary>
    Span<ulong> Best(Candidates candidates)
    {
        var heap = candidates.Keys[..k];
        for (var i = 0; i < k; i++)
            heap[i] = candidates.Key(new ByLogit(), i);
        for (var i = (k / 2) - 1; i >= 0; i--)
            SiftDown(heap, i);
        Scan(candidates, heap);

        foreach (ref var key in heap)
            key = (uint)(key & uint.MaxValue);
        heap.Sort();
        return heap;
    }

    /// <summary>Offers every further candidate to the heap; vectors pass over those that are no better than its root.</summary>
    static void Scan(Candidates candidates, Span<ulong> heap)
    {
        var logits = candidates.Logits;
        var worst = logits[(int)(uint)(heap[0] & uint.MaxValue)];
        var i = heap.Length;
        while (i < logits.Length)
        {
            var end = Math.Min(i + Vector<float>.Count, logits.Length);
            if (end - i == Vector<float>.Count && !Vector.GreaterThanAny(new Vector<float>(logits[i..]), new Vector<float>(worst)))
                i = end;
            for (; i < end; i++)
            {
                // An equal logit with a higher id is no better.
                if (!(logits[i] > worst))
                    continue;
                heap[0] = candidates.Key(new ByLogit(), i);
                SiftDown(heap, 0);
                worst = logits[(int)(uint)(heap[0] & uint.MaxValue)];
            }
        }
    }

    static void SiftDown(Span<ulong> heap, int parent)
    {
        var moving = heap[parent];
        while ((2 * parent) + 1 < heap.Length)
        {
            var child = (2 * parent) + 1;
            if (child + 1 < heap.Length && heap[child + 1] > heap[child])
                child++;
            if (heap[child] <= moving)
                break;
            heap[parent] = heap[child];
            parent = child;
        }

        heap[parent] = moving;
    }
}
