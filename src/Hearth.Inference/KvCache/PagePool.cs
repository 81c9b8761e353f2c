using Hearth.Tensors.Kernels;

namespace Hearth.Inference.KvCache;

/// <summary>The pages of a cache with reference counts: several sequences may share a page whose content they have in common.</summary>
/// <remarks>Used by the engine's own thread only. A page that nobody uses any more is overwritten with zeros.</remarks>
sealed class PagePool(KvStore store, StatePool? states = null)
{
    readonly Stack<int> _free = new(Enumerable.Range(0, store.Pages).Reverse());
    readonly int[] _references = new int[store.Pages];

    /// <summary>The memory behind the pages.</summary>
    internal KvStore Store => store;

    /// <summary>The states of sequences; null for a model whose layers carry none.</summary>
    internal StatePool? States => states;

    internal int Free => _free.Count;

    internal int Used => store.Pages - _free.Count;

    /// <summary>Takes a page of zeros.</summary>
    internal int Take()
    {
        var page = _free.Pop();
        _references[page] = 1;
        return page;
    }

    internal void Share(int page) => _references[page]++;

    internal void Release(int page)
    {
        if (--_references[page] > 0)
            return;
        store.Erase(page);
        _free.Push(page);
    }
}
