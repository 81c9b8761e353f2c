using Hearth.Models;
using Hearth.Server.Serving;

namespace Hearth.Server.Mcp;

/// <summary>What an MCP server of one user serves.</summary>
public sealed record McpOptions
{
    /// <summary>The models that there are.</summary>
    public required ModelStore Models { get; init; }

    /// <summary>Opens a model in a worker.</summary>
    public required OpenModel OpenModel { get; init; }

    /// <summary>How each model is loaded and asked where a call doesn't say.</summary>
    public required Func<ModelEntry, ModelSettings> ModelSettings { get; init; }

    /// <summary>The model that answers where a call names none, by its name on the list; null where each call must name one.</summary>
    public string? UsualModel { get; init; }

    /// <summary>Whether workers run without confinement, which every result of a tool says.</summary>
    public bool Unconfined { get; init; }

    /// <summary>How much memory models may take, and for how long they stay.</summary>
    public ServingLimits Limits { get; init; } = new();

    /// <summary>Not the model's name.</summary>
    public override string ToString() => nameof(McpOptions);
}
