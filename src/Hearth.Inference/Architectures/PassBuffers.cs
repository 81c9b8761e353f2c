using Hearth.Tensors.Kernels;
using Hearth.Tensors.Memory;

namespace Hearth.Inference.Architectures;

/// <summary>What the parts of a layer share: the residual stream and the rows made ready from it. Owned: freed by <see cref="Dispose"/>.</summary>
sealed class PassBuffers(DecoderShape shape, int rows, int members) : IDisposable
{
    /// <summary>The residual stream.</summary>
    internal FloatRows X { get; } = new(rows, shape.Width);

    /// <summary>Results that are normalized before they are added to it.</summary>
    internal FloatRows Branch { get; } = new(rows, shape.Width);

    /// <summary>The residual stream, normalized and made ready for matrices.</summary>
    internal Activations Normed { get; } = new(rows, shape.Width, members);

    /// <summary>Bytes of buffers for passes of so many rows, and of the parts that use them.</summary>
    internal static long BytesFor(DecoderShape shape, int rows, int logits)
    {
        long heads = shape.Heads * shape.HeadLength, kvHeads = shape.KvHeads * shape.HeadLength, expertRows = shape.ExpertsUsed;
        // A row that is made ready takes its numbers twice: plain, and in tiles with some padding.
        var numbers = (5L * shape.Width) + (4 * heads) + (2 * kvHeads) + (2L * RotaryTables.PerRow * shape.HeadLength)
            + (shape.IsMixture ? (expertRows * (shape.FeedForward + shape.Width)) + (2L * shape.FeedForward) + shape.Experts : 3L * shape.FeedForward);
        numbers += (shape.DeltaNet is { } net ? net.Channels + (4L * net.Values) : shape.StateLength > 0 ? 6L * shape.Width : 0)
            + (shape.SharedFeedForward > 0 ? (3L * shape.SharedFeedForward) + shape.Width : 0) + (shape.Architecture.GatedAttention ? heads : 0);
        return sizeof(float) * ((rows * numbers) + ((long)logits * shape.Vocabulary));
    }

    public void Dispose()
    {
        X.Dispose();
        Branch.Dispose();
        Normed.Dispose();
    }
}
