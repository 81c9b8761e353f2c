using Hearth.Requests.Chat;
using Microsoft.Extensions.AI;

namespace Hearth.Requests.Embedding;

/// <summary>An engine as the <see cref="IEmbeddingGenerator{TInput, TEmbedding}"/> that .NET programs know.</summary>
/// <remarks>
/// Vectors are pooled as the model wants it and have length 1. A text that is longer than <see cref="Models.LoadedModel.EmbeddingTokens"/> is refused: this
/// interface has no way to say that a text was cut. <see cref="EmbeddingGenerationOptions.RawRepresentationFactory"/> may give an
/// <see cref="EmbeddingRequest"/>, whose options then hold; one with <see cref="EmbeddingRequest.MaxTokens"/> allows cuts.
/// A generator may be used from several threads at once.
/// </remarks>
/// <param name="engine">The engine.</param>
/// <param name="ownsEngine">True: disposing the generator disposes the engine. False: the engine is borrowed.</param>
public sealed class EngineEmbeddingGenerator(IEngine engine, bool ownsEngine = false) : IEmbeddingGenerator<string, Embedding<float>>, IAsyncDisposable
{
    readonly EmbeddingGeneratorMetadata _metadata = new("hearth", defaultModelId: engine.Model.Architecture, defaultModelDimensions: engine.Model.EmbeddingLength);

    /// <inheritdoc/>
    /// <exception cref="EngineException">A text is too long, or an option is out of range.</exception>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        Prompt[] inputs = [.. values.Select(text => new TextPrompt(text))];
        var embeddings = new GeneratedEmbeddings<Embedding<float>>(inputs.Length) { Usage = new() };
        if (inputs.Length == 0)
            return embeddings;

        var defaults = options?.RawRepresentationFactory?.Invoke(this) as EmbeddingRequest ?? new EmbeddingRequest([]);
        if (defaults.Pooling == PoolingType.None)
            throw Refusal("The request asks for a vector of every token.", "one vector a text", "Choose another pooling, or ask the engine itself.");
        var request = defaults with { Inputs = inputs, Dimensions = options?.Dimensions ?? defaults.Dimensions };
        var tokens = 0L;
        await foreach (var item in engine.EmbedAsync(request, cancellationToken).ConfigureAwait(false))
        {
            if (item.Tokens < item.TokensGiven && request.MaxTokens is null)
                throw Refusal($"Text {item.Input} has {item.TokensGiven} tokens.", $"at most {engine.Model.EmbeddingTokens}", "Split it, or allow a cut with EmbeddingRequest.MaxTokens.");
            embeddings.Add(new(item.Vector) { ModelId = _metadata.DefaultModelId });
            tokens += item.Tokens;
        }

        embeddings.Usage = new() { InputTokenCount = tokens, TotalTokenCount = tokens };
        return embeddings;
    }

    /// <summary>The engine, this generator, or what is known of both.</summary>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null ? new object[] { this, engine, _metadata }.FirstOrDefault(serviceType.IsInstanceOfType) : null;
    }

    /// <summary>Disposes the engine where it is owned.</summary>
    public ValueTask DisposeAsync() => ownsEngine ? engine.DisposeAsync() : ValueTask.CompletedTask;

    /// <summary>As <see cref="DisposeAsync"/>, waiting for its end.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    static EngineException Refusal(string found, string expected, string remedy) => new(FailureCode.InvalidRequest, found, expected, remedy);
}
