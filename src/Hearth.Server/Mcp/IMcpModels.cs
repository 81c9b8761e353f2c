using Hearth.Models;
using Hearth.Requests.Embedding;
using Hearth.Server.Access;
using Hearth.Server.Serving;

namespace Hearth.Server.Mcp;

/// <summary>The models behind the tools: those that a key may use over HTTP, or those of whoever started the program.</summary>
interface IMcpModels
{
    /// <summary>Which model answers where a call names none; null where it must.</summary>
    string? Usual { get; }

    /// <summary>Whether the workers that answer are confined.</summary>
    bool AreConfined { get; }

    IReadOnlyList<ModelEntry> List();

    /// <summary>An answer, and the model that gave it.</summary>
    Task<(string Model, GatheredAnswer Answer)> AskAsync(string model, AskedAnswer asked, CancellationToken cancellationToken);

    /// <summary>Vectors, and the model that made them.</summary>
    Task<(string Model, List<EmbeddingItem> Items)> EmbedAsync(string model, EmbeddingRequest request, CancellationToken cancellationToken);

    /// <summary>What the client is told of a failure.</summary>
    Refusal Explain(Exception e);
}
