using Hearth.Requests;
using Hearth.Requests.Embedding;
using Hearth.Tests.Workers.Support;
using Hearth.WorkerDouble;
using Microsoft.Extensions.AI;

namespace Hearth.Tests.Requests.Embedding;

/// <summary>The generator over an engine whose vectors tell what it was asked: the length of the text, its number, ….</summary>
public sealed class EngineEmbeddingGeneratorTests : IAsyncDisposable
{
    static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    readonly FakeEngine _engine = new();

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task Texts_become_vectors_in_order_with_usage()
    {
        await using var generator = new EngineEmbeddingGenerator(_engine);
        var embeddings = await generator.GenerateAsync(["abc", "de"], cancellationToken: Token);
        Assert.Equal([3f, 2f], embeddings.Select(e => e.Vector.Span[0]));
        Assert.Equal((5L, "fake"), (embeddings.Usage!.InputTokenCount, embeddings[0].ModelId));
        Assert.Equal((float[])[3, 0, 0, 0], (await generator.GenerateVectorAsync("abc", cancellationToken: Token)).ToArray());
        Assert.Empty(await generator.GenerateAsync([], cancellationToken: Token));
    }

    [Fact]
    public async Task Options_reach_the_engine_and_those_of_a_raw_request_too()
    {
        await using var generator = new EngineEmbeddingGenerator(_engine);
        var options = new EmbeddingGenerationOptions { Dimensions = 2, RawRepresentationFactory = _ => new EmbeddingRequest([]) { Pooling = PoolingType.Last, Normalize = false, MaxTokens = 3 } };
        var embeddings = await generator.GenerateAsync(["abcdef"], options, Token);
        Assert.Equal([3f, 0f], embeddings[0].Vector.ToArray());
        Assert.Equal((PoolingType.Last, false, 2, 3), (_engine.Embedded!.Pooling, _engine.Embedded.Normalize, _engine.Embedded.Dimensions, _engine.Embedded.MaxTokens));
        options.RawRepresentationFactory = _ => new EmbeddingRequest([]) { Pooling = PoolingType.None };
        await Assert.ThrowsAsync<EngineException>(() => generator.GenerateAsync(["x"], options, Token));
    }

    [Fact]
    public async Task A_text_that_would_be_cut_is_refused_with_the_limit()
    {
        await using var generator = new EngineEmbeddingGenerator(_engine);
        var failure = await Assert.ThrowsAsync<EngineException>(() => generator.GenerateAsync(["fits", new string('x', 300)], cancellationToken: Token));
        Assert.Equal("Text 1 has 300 tokens.", failure.Message);
        Assert.Equal("at most 256", failure.Expected);
    }

    [Fact]
    public async Task Many_threads_get_their_own_vectors_over_a_worker()
    {
        await using var file = FakeWorker.Serve(new FakeModel());
        await using var generator = new EngineEmbeddingGenerator(await file.LoadAsync(new(), null, Token), ownsEngine: true);
        await Parallel.ForEachAsync(Enumerable.Range(1, 100), Token, async (n, token) =>
        {
            var vectors = await generator.GenerateAsync([new string('x', n), new string('y', n + 1)], cancellationToken: token);
            Assert.Equal([n, n + 1f], vectors.Select(v => v.Vector.Span[0]));
        });
    }

    [Fact]
    public async Task An_engine_that_is_owned_ends_with_the_generator()
    {
        await new EngineEmbeddingGenerator(_engine).DisposeAsync();
        Assert.False(_engine.Disposed);
        var owner = new EngineEmbeddingGenerator(_engine, ownsEngine: true);
        Assert.Same(_engine, owner.GetService(typeof(IEngine)));
        Assert.Equal(4, ((EmbeddingGeneratorMetadata)owner.GetService(typeof(EmbeddingGeneratorMetadata))!).DefaultModelDimensions);
        await owner.DisposeAsync();
        Assert.True(_engine.Disposed);
    }
}
