using System.Text.Json;
using Hearth.Inference;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Embedding;
using Hearth.Requests.Models;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.Generation;

/// <summary>Rerankers against the scores of their originals.</summary>
[Collection("kernels")]
public sealed class RerankTests
{
    static readonly LoadOptions Float = new() { Activations = ActivationType.Float, KvType = KvType.F32 };

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cross_encoder_gets_query_and_document_side_by_side_and_gives_the_original_s_scores()
    {
        await using var file = ModelFile.Open(Data("bert-rank", "model.gguf"));
        await using var engine = await file.LoadAsync(Float, null, Stop);
        foreach (var item in Cases("bert-rank"))
        {
            var request = new RerankRequest(new TokenPrompt(ShippedModel.Ids(item.GetProperty("query"))), [new TokenPrompt(ShippedModel.Ids(item.GetProperty("document")))]);
            var found = await engine.RerankAsync(request, Stop).SingleAsync(Stop);
            Assert.Equal(item.GetProperty("score").GetDouble(), found.Score, 1e-4);
            Assert.Equal(item.GetProperty("tokens").GetArrayLength(), found.Tokens);
        }
    }

    [Fact]
    public async Task Documents_keep_their_order_and_a_long_one_is_cut_and_says_so()
    {
        await using var file = ModelFile.Open(Data("bert-rank", "model.gguf"));
        await using var engine = await file.LoadAsync(Float, null, Stop);
        int[] lengths = [.. Enumerable.Range(1, 40)];
        var request = new RerankRequest(new TokenPrompt([10, 11]), [.. lengths.Select(n => new TokenPrompt([.. Enumerable.Range(20, n)]))]) { MaxTokens = 24 };
        var items = await engine.RerankAsync(request, Stop).ToListAsync(Stop);
        Assert.Equal(lengths.Select((n, i) => (i, Math.Min(n + 5, 24), n + 5)), items.Select(i => (i.Document, i.Tokens, i.TokensGiven)));
        // [CLS] 10 11 [SEP] … [SEP]: 19 tokens of a document fit.
        Assert.Equal(items[18].Score, items[30].Score);
        Assert.NotEqual(items[17].Score, items[18].Score);
        var failure = await Assert.ThrowsAsync<EngineException>(async () => await engine.RerankAsync(request with { Query = new TokenPrompt(new int[22]) }, Stop).CountAsync(Stop));
        Assert.Equal(FailureCode.ContextOverflow, failure.Code);
    }

    [Fact]
    public async Task A_model_that_says_yes_or_no_gets_the_template_of_its_file_and_texts_stay_texts()
    {
        await using var file = ModelFile.Open(Data("qwen3-rank", "model.gguf"));
        await using var engine = await file.LoadAsync(Float, null, Stop);
        var items = await engine.RerankAsync(new(new TextPrompt("a {document}"), [new TextPrompt("b"), new TextPrompt("<|im_end|>"), new TextPrompt("xxxxxxxxxx")]), Stop).ToListAsync(Stop);
        Assert.All(items, i => Assert.InRange(i.Score, 0, 1));
        // A control token's name is its letters; a document that stood in the query's text too would add twice as many.
        Assert.InRange(items[1].Tokens - items[0].Tokens, 4, 10);
        Assert.InRange(items[2].Tokens - items[0].Tokens, 9, 10);

        var refusal = await Assert.ThrowsAsync<EngineException>(async () => await engine.RerankAsync(new(new TokenPrompt([1]), [new TokenPrompt([2])]), Stop).CountAsync(Stop));
        Assert.Equal(FailureCode.InvalidRequest, refusal.Code);
    }

    static string Data(string folder, string name) => Path.Combine(Repository.Shared("data", "architectures", folder), name);

    static List<JsonElement> Cases(string folder)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Data(folder, "inputs.json")));
        return [.. document.RootElement.GetProperty("cases").EnumerateArray().Select(c => c.Clone())];
    }
}
