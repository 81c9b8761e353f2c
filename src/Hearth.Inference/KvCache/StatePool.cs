using Hearth.Tensors.Memory;

namespace Hearth.Inference.KvCache;

/// <summary>The states of layers that carry one from position to position: a row for each of a few sequences. Owned: freed by <see cref="Dispose"/>.</summary>
/// <remarks>Used by the engine's own thread only. A state cannot be wound back, so sequences share none: who goes on from another one's end takes its row over.</remarks>
sealed class StatePool(int sequences, int length) : IDisposable
{
    readonly Stack<int> _free = new(Enumerable.Range(0, sequences).Reverse());

    internal FloatRows Rows { get; } = new(sequences, length);

    internal int Free => _free.Count;

    /// <summary>Takes a row of zeros.</summary>
    internal int Take() => _free.Pop();

    internal void Release(int row)
    {
        Rows.Row(row).Clear();
        _free.Push(row);
    }

    public void Dispose() => Rows.Dispose();
}
