using Hearth.Requests;

namespace Hearth.Server.Serving;

/// <summary>The use of a loaded model by one request: it stays loaded until this is disposed of.</summary>
/// <param name="pool">Where it goes back to.</param>
/// <param name="model">The model.</param>
/// <param name="user">Whose request it is; null where only the file is looked at, which is no use of the model.</param>
sealed class ModelLease(ModelPool pool, PooledModel model, long? user) : IDisposable
{
    bool _isOver;

    internal PooledModel Model => model;

    internal IEngine Engine => model.Engine;

    internal string Name => model.Entry.Name;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isOver, true))
            return;
        pool.Return(model, user);
    }
}
