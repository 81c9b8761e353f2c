using Hearth.Inference;
using Hearth.Inference.Generation;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Embedding;
using Hearth.Requests.Models;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.Generation;

/// <summary>The encoder that ships against the vectors of its original.</summary>
[Collection("kernels")]
public sealed class EmbeddingTests : IAsyncLifetime
{
    ModelFile _file = null!;
    IEngine _engine = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _file = ModelFile.Open(ShippedEncoder.Path);
        _engine = await _file.LoadAsync(new(), null, Stop);
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        await _file.DisposeAsync();
    }

    [Fact]
    public async Task Float_activations_give_every_vector_to_a_cosine_of_0_9995()
    {
        await using var engine = await LoadAsync(new() { Activations = ActivationType.Float, KvType = KvType.F32 });
        var cosines = await CosinesAsync(engine);
        Assert.Equal(154, cosines.Count);
        Assert.True(cosines.Min() >= 0.9995, $"lowest {cosines.Min()}, mean {cosines.Average()}");
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void A_vector_with_what_is_no_finite_number_is_an_error_and_not_handed_out(float number)
        => Assert.Equal(FailureCode.NotFinite, Assert.Throws<EngineException>(() => Embedder.Finish([1, number], new([]))).Code);

    [Fact]
    public async Task Integer_activations_give_a_mean_cosine_of_0_9994_and_none_below_0_998()
    {
        var cosines = await CosinesAsync(_engine);
        TestContext.Current.TestOutputHelper!.WriteLine($"mean {cosines.Average():F6}, lowest {cosines.Min():F6}");
        Assert.True(cosines.Average() >= 0.9994 && cosines.Min() >= 0.998, $"lowest {cosines.Min()}, mean {cosines.Average()}");
    }

    [Fact]
    public async Task Texts_become_the_tokens_of_the_original_and_are_cut_where_it_cuts_them()
    {
        Assert.Equal(256, _engine.Model.EmbeddingTokens);
        foreach (var limit in (int[])[256, 512])
        {
            var references = ShippedEncoder.References().Where(r => r.Limit == limit).ToList();
            var request = new EmbeddingRequest([.. references.Select(r => new TextPrompt(r.Text, ParseSpecial: true))]) { MaxTokens = limit == 256 ? null : limit };
            var ofTexts = await _engine.EmbedAsync(request, Stop).ToListAsync(Stop);
            var ofTokens = await _engine.EmbedAsync(request with { Inputs = [.. references.Select(r => new TokenPrompt(r.Ids))] }, Stop).ToListAsync(Stop);
            Assert.Equal(references.Select(r => (r.Ids.Length, r.Given)), ofTexts.Select(i => (i.Tokens, i.TokensGiven)));
            Assert.Equal(ofTokens.Select(i => i.Vector), ofTexts.Select(i => i.Vector));
        }
    }

    [Fact]
    public async Task A_vector_has_the_same_bits_alone_and_among_others()
    {
        Prompt[] texts = [.. ShippedEncoder.References().Take(40).Select(r => new TextPrompt(r.Text))];
        var together = await _engine.EmbedAsync(new(texts), Stop).ToListAsync(Stop);
        for (var i = 0; i < texts.Length; i += 7)
            Assert.Equal((await _engine.EmbedAsync(new([texts[i]]), Stop).SingleAsync(Stop)).Vector, together[i].Vector);
    }

    [Fact]
    public async Task Vectors_of_tokens_have_the_text_s_vector_as_their_mean()
    {
        var request = new EmbeddingRequest([new TextPrompt("The fire is hot."), new TextPrompt("")]) { Normalize = false };
        var pooled = await _engine.EmbedAsync(request, Stop).ToListAsync(Stop);
        var ofTokens = await _engine.EmbedAsync(request with { Pooling = PoolingType.None, Normalize = true }, Stop).ToListAsync(Stop);
        Assert.Equal([(0, 0), (0, 1), (0, 2), (0, 3), (0, 4), (0, 5), (0, 6), (1, 0), (1, 1)], ofTokens.Select(i => (i.Input, i.Row)));
        var mean = Enumerable.Range(0, ShippedEncoder.Width).Select(j => (float)(ofTokens.Where(i => i.Input == 0).Sum(i => (double)i.Vector[j]) / 7));
        Assert.Equal(mean, pooled[0].Vector);
        Assert.Equal(ofTokens[0].Vector, (await _engine.EmbedAsync(request with { Pooling = PoolingType.Cls }, Stop).FirstAsync(Stop)).Vector);
        Assert.Equal(ofTokens[6].Vector, (await _engine.EmbedAsync(request with { Pooling = PoolingType.Last }, Stop).FirstAsync(Stop)).Vector);
    }

    [Fact]
    public async Task Fewer_dimensions_are_the_first_ones_normalized_anew()
    {
        var request = new EmbeddingRequest([new TextPrompt("fire")]);
        var whole = (await _engine.EmbedAsync(request with { Normalize = false }, Stop).SingleAsync(Stop)).Vector;
        var cut = (await _engine.EmbedAsync(request with { Dimensions = 64 }, Stop).SingleAsync(Stop)).Vector;
        Assert.Equal(64, cut.Length);
        Assert.Equal(1, cut.Sum(x => (double)x * x), 1e-6);
        Assert.Equal(1, ShippedEncoder.Cosine(whole.AsSpan(0, 64), cut), 1e-9);
        Assert.NotEqual(1, whole.Sum(x => (double)x * x), 1e-3);
    }

    [Fact]
    public async Task What_a_text_says_does_not_become_a_control_token_unless_that_is_wanted()
    {
        var request = new EmbeddingRequest([new TextPrompt("a [SEP] b"), new TextPrompt("a [SEP] b", ParseSpecial: true)]);
        var items = await _engine.EmbedAsync(request, Stop).ToListAsync(Stop);
        // [CLS] a [ sep ] b [SEP], and [CLS] a [SEP] b [SEP].
        Assert.Equal([7, 5], items.Select(i => i.Tokens));
    }

    [Fact]
    public async Task What_cannot_be_done_is_refused_with_the_bounds()
    {
        EmbeddingRequest[] wrong =
        [
            new([]),
            new([new ChatPrompt([new("user", "x")])]),
            new([new TextPrompt("x")]) { Dimensions = 0 },
            new([new TextPrompt("x")]) { Dimensions = 385 },
            new([new TextPrompt("x")]) { MaxTokens = 1 },
            new([new TextPrompt("x")]) { MaxTokens = 513 },
            new([new TextPrompt("x")]) { Pooling = (PoolingType)9 },
            new([new TokenPrompt([])]),
            new([new TokenPrompt([30_522])]),
            new([new TokenPrompt(new int[257])]),
        ];
        foreach (var request in wrong)
            Assert.Equal(FailureCode.InvalidRequest, (await Assert.ThrowsAsync<EngineException>(async () => await _engine.EmbedAsync(request, Stop).CountAsync(Stop))).Code);
        var failure = await Assert.ThrowsAsync<EngineException>(async () => await _engine.RerankAsync(new(new TextPrompt("q"), [new TextPrompt("d")]), Stop).CountAsync(Stop));
        Assert.Contains("no classifier", failure.Message, StringComparison.Ordinal);
    }

    static async Task<IEngine> LoadAsync(LoadOptions options)
    {
        await using var file = ModelFile.Open(ShippedEncoder.Path);
        return await file.LoadAsync(options, null, Stop);
    }

    static async Task<List<double>> CosinesAsync(IEngine engine)
    {
        var references = ShippedEncoder.References();
        var request = new EmbeddingRequest([.. references.Select(r => new TokenPrompt(r.Ids))]) { MaxTokens = 512 };
        var items = await engine.EmbedAsync(request, Stop).ToListAsync(Stop);
        return [.. items.Select((item, i) => ShippedEncoder.Cosine(references[i].Vector, item.Vector))];
    }
}
