using Hearth.Models;
using Hearth.Server.Access;
using Hearth.Server.Mcp;
using Hearth.Server.Operations;
using Hearth.Server.Serving;
using Hearth.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hearth.Server;

/// <summary>What all requests share.</summary>
sealed class HearthService : IAsyncDisposable
{
    readonly CancellationTokenSource _ended = new();

    internal HearthService(ServerOptions options, TimeProvider clock, ILoggerFactory logs, IHostApplicationLifetime lifetime)
    {
        (Database, Store, Clock) = (options.Database, options.Models, clock);
        (Log, AccessLog) = (logs.CreateLogger("Hearth.Server"), logs.CreateLogger("Hearth.Server.Access"));
        Models = new(options.Models, options.OpenModel, options.ModelSettings, options.Limits, clock);
        Gate = new(options.Database, [.. Gate.LoopbackHosts.Concat(options.HostNames).Distinct()]);
        Rates = new(options.Database);
        (Unconfined, BodyBytes) = (options.Unconfined, options.Limits.BodyBytes);
        Meter = new(Models, options.DeniedCalls);
        Metrics = new(Meter.Meter);
        Mcp = new(lifetime);
    }

    internal Database Database { get; }

    /// <summary>The list of models, for what changes it.</summary>
    internal ModelStore Store { get; }

    internal ModelPool Models { get; }

    internal Gate Gate { get; }

    internal RateLimits Rates { get; }

    internal TimeProvider Clock { get; }

    internal bool Unconfined { get; }

    /// <summary>Bytes of a request's body at most.</summary>
    internal long BodyBytes { get; }

    internal ILogger Log { get; }

    /// <summary>A line for every request.</summary>
    internal ILogger AccessLog { get; }

    internal ServerMeter Meter { get; }

    internal MetricStore Metrics { get; }

    internal McpEndpoint Mcp { get; }

    /// <summary>True once the server takes no new requests.</summary>
    internal bool IsEnding { get; private set; }

    /// <summary>Whoever is still being answered then is told that the server ends.</summary>
    internal CancellationToken Ended => _ended.Token;

    internal void EndAfter(TimeSpan time)
    {
        IsEnding = true;
        _ended.CancelAfter(time);
    }

    public async ValueTask DisposeAsync()
    {
        _ended.Dispose();
        Metrics.Dispose();
        Meter.Dispose();
        Rates.Dispose();
        await Mcp.DisposeAsync();
        await Models.DisposeAsync();
    }
}
