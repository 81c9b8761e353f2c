using Hearth.Requests;
using Hearth.Requests.Models;
using Hearth.Workers.Protocol.Messages;

namespace Hearth.Workers.Server;

/// <summary>What a Pong tells: asked from the engine, but never waited for, so that a stuck engine still lets the reader answer.</summary>
sealed class Pulse
{
    volatile IEngine? _engine;
    Task<EngineStats>? _asked;
    Pong _known;

    internal void Watch(IEngine engine) => _engine = engine;

    /// <summary>The counters as last known; called by the reading thread only.</summary>
    internal Pong Feel()
    {
        if (_engine is not { } engine)
            return default;

        _asked ??= Task.Run(() => engine.StatsAsync(CancellationToken.None));
        if (_asked.IsCompleted)
        {
            if (_asked.IsCompletedSuccessfully)
                _known = new(_asked.Result.PassesDone, _asked.Result.Running);
            _asked = null;
        }

        return _known;
    }
}
