using Hearth.Models;
using Hearth.Server.Serving;
using Hearth.Storage;

namespace Hearth.Server;

/// <summary>What a server serves, and to whom.</summary>
public sealed record ServerOptions
{
    /// <summary>The models that there are.</summary>
    public required ModelStore Models { get; init; }

    /// <summary>Opens a model in a worker.</summary>
    public required OpenModel OpenModel { get; init; }

    /// <summary>How each model is loaded and asked where a request doesn't say.</summary>
    public required Func<ModelEntry, ModelSettings> ModelSettings { get; init; }

    /// <summary>Users and their keys. Borrowed.</summary>
    public required Database Database { get; init; }

    /// <summary>Names under which the server may be called beside those of loopback, without ports.</summary>
    public IReadOnlyList<string> HostNames { get; init; } = [];

    /// <summary>True where the workers aren't confined: every response says so.</summary>
    public bool Unconfined { get; init; }

    /// <summary>How many calls of workers were denied so far; null where nobody counts them.</summary>
    public Func<long>? DeniedCalls { get; init; }

    /// <summary>How much is done at once.</summary>
    public ServingLimits Limits { get; init; } = new();
}
