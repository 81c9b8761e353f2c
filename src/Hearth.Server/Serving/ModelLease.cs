using Hearth.Requests;

namespace Hearth.Server.Serving;

/// <summary>The use of a loaded model by one request: it stays loaded until this is disposed of.</summary>
sealed class ModelLease(ModelPool pool, PooledModel model) : IDisposable
{
    bool _isOver;

    internal PooledModel Model => model;

    internal IEngine Engine => model.Engine;

    internal string Name => model.Entry.Name;

    /// <summary>How long the model stays loaded once nobody uses it, from now on.</summary>
    internal void KeepFor(TimeSpan time) => model.KeepAlive = time;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isOver, true))
            return;
        pool.Return(model);
    }
}
