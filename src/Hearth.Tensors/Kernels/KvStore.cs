using Hearth.Tensors.Memory;

namespace Hearth.Tensors.Kernels;

/// <summary>Keys and values in pages of 64 positions, all layers and heads of a page together. Owned: freed by <see cref="Dispose"/>.</summary>
/// <remarks>
/// A head of a page: keys as [head length][64 positions], so that 64 keys lie side by side, then values as [64 positions][head length].
/// Fresh pages are zero; what is masked is multiplied by an exact 0, so it must be finite and is.
/// </remarks>
public sealed unsafe class KvStore : IDisposable
{
    /// <summary>Positions in a page.</summary>
    public const int PageLength = 64;

    readonly NativeBuffer _memory;
    readonly byte* _start;

    /// <param name="pages">Pages, at least 1.</param>
    /// <param name="layers">Layers.</param>
    /// <param name="heads">Key and value heads of a layer.</param>
    /// <param name="headLength">Numbers in a head; a multiple of 16.</param>
    /// <param name="half">True for half precision, false for float32.</param>
    public KvStore(int pages, int layers, int heads, int headLength, bool half)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pages, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(headLength % 16, 0);
        (Pages, Layers, Heads, HeadLength, IsHalf) = (pages, layers, heads, headLength, half);
        PageBytes = BytesFor(layers, heads, headLength, half);
        _memory = new(PageBytes * pages);
        _start = _memory.Start;
    }

    /// <summary>Pages.</summary>
    public int Pages { get; }

    /// <summary>Layers.</summary>
    public int Layers { get; }

    /// <summary>Key and value heads of a layer.</summary>
    public int Heads { get; }

    /// <summary>Numbers in a head.</summary>
    public int HeadLength { get; }

    /// <summary>Whether numbers are stored in half precision.</summary>
    public bool IsHalf { get; }

    /// <summary>Bytes of a page.</summary>
    public long PageBytes { get; }

    internal int NumberBytes => IsHalf ? 2 : 4;

    /// <summary>Bytes of a page of such a cache.</summary>
    public static long BytesFor(int layers, int heads, int headLength, bool half)
        => 2L * layers * heads * headLength * PageLength * (half ? 2 : 4);

    /// <summary>Copies a page, for a sequence that goes on where another one's page is shared.</summary>
    public void Copy(int from, int to) => Buffer.MemoryCopy(Page(from), Page(to), PageBytes, PageBytes);

    /// <summary>Overwrites a page with zeros.</summary>
    public void Erase(int page) => NativeMemoryClear(Page(page), PageBytes);

    /// <summary>Frees the memory.</summary>
    public void Dispose() => _memory.Dispose();

    internal byte* Keys(int page, int layer, int head)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)layer, (uint)Layers, nameof(layer));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)head, (uint)Heads, nameof(head));
        return Page(page) + (((long)layer * Heads) + head) * 2 * HeadLength * PageLength * NumberBytes;
    }

    internal byte* Values(int page, int layer, int head) => Keys(page, layer, head) + ((long)HeadLength * PageLength * NumberBytes);

    byte* Page(int page)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)page, (uint)Pages, nameof(page));
        return _start + (page * PageBytes);
    }

    static void NativeMemoryClear(byte* start, long length) => System.Runtime.InteropServices.NativeMemory.Clear(start, (nuint)length);
}
