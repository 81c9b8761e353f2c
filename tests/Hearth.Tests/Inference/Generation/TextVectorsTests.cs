using System.Text.Json;
using Hearth.Inference.Architectures;
using Hearth.Inference.Generation;
using Hearth.Inference.Scheduling;
using Hearth.Requests;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.Generation;

[Collection("kernels")]
public sealed class TextVectorsTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("bert-cls")]
    [InlineData("bert-mean")]
    [InlineData("nomic-bert")]
    [InlineData("modern-bert")]
    [InlineData("qwen3-embedding")]
    public async Task Pooled_vectors_are_those_of_the_original(string folder)
    {
        using var reference = new ReferenceModel(folder, ReferenceModel.Float);
        using var scheduler = new Scheduler(reference.Model);
        var cases = reference.Cases.Where(c => c.GetProperty("output").GetString() == "pooled").ToList();
        Assert.NotEmpty(cases);
        var vectors = await new TextVectors(scheduler, reference.Model).OfTextsAsync([.. cases.Select(Text)], null, Stop);
        for (var i = 0; i < cases.Count; i++)
            ReferenceModel.AssertClose(reference.Expected(cases[i]), vectors[i], cases[i].GetProperty("name").GetString()!);
    }

    [Theory]
    [InlineData("model.gguf", true, "score")]
    [InlineData("model.gguf", false, "score_types_all_0")]
    [InlineData("model-no-pooler.gguf", false, "score_no_pooler_types_all_0")]
    public async Task Scores_of_a_cross_encoder_are_the_original_s(string file, bool types, string score)
    {
        using var reference = new ReferenceModel("bert-rank", ReferenceModel.Float, file);
        await ScoresAre(reference, score, types, 1e-4);
    }

    [Fact]
    public async Task Scores_of_a_reranker_with_yes_and_no_are_the_original_s()
    {
        using var reference = new ReferenceModel("qwen3-rank", ReferenceModel.Float);
        await ScoresAre(reference, "score", false, 1e-5);
    }

    [Theory]
    [InlineData("bert-mean")]
    [InlineData("qwen3-embedding")]
    public async Task A_text_s_vectors_do_not_depend_on_those_beside_it_or_on_passes(string folder)
    {
        using var reference = new ReferenceModel(folder, new());
        using var scheduler = new Scheduler(reference.Model);
        var vectors = new TextVectors(scheduler, reference.Model);
        TokenText[] texts = [.. Enumerable.Range(0, 40).Select(i => new TokenText([.. Enumerable.Range(0, 1 + (i * 37 % 120)).Select(j => ((i * 31) + (j * 7)) % 288)], []))];
        var together = await vectors.OfTokensAsync(texts, Stop);
        for (var i = 0; i < texts.Length; i++)
            Assert.Equal((await vectors.OfTokensAsync([texts[i]], Stop))[0], together[i]);
        Assert.Equal(reference.Model.Pool.Store.Pages, reference.Model.Pool.Free);
    }

    [Fact]
    public async Task A_causal_text_longer_than_a_pass_is_computed_in_several()
    {
        using var reference = new ReferenceModel("qwen3-embedding", ReferenceModel.Float);
        using var scheduler = new Scheduler(reference.Model);
        int[] tokens = [.. Enumerable.Range(0, 700).Select(i => i * 13 % 288)];
        var vectors = new TextVectors(scheduler, reference.Model);
        var all = (await vectors.OfTokensAsync([new(tokens, [])], Stop))[0];
        Assert.Equal(700, all.Length);
        Assert.Equal(all[^1], (await vectors.OfTextsAsync([new(tokens, [])], Pooling.Last, Stop))[0]);
        Assert.Equal(all[0], (await vectors.OfTextsAsync([new(tokens, [])], Pooling.Cls, Stop))[0]);
    }

    [Fact]
    public async Task What_a_model_cannot_do_is_refused()
    {
        using var reference = new ReferenceModel("bert-mean", ReferenceModel.Float);
        using var scheduler = new Scheduler(reference.Model);
        var vectors = new TextVectors(scheduler, reference.Model);
        await Refused("cannot score", () => vectors.ScoresAsync([new([2, 3], [])], Stop));
        await Refused("no tokens", () => vectors.OfTokensAsync([new([], [])], Stop));
        await Refused("129 tokens", () => vectors.OfTokensAsync([new(new int[129], [])], Stop));
        await Refused("vocabulary", () => vectors.OfTokensAsync([new([288], [])], Stop));
        await Refused("types", () => vectors.OfTokensAsync([new([1, 2], [0, 2])], Stop));
        await Refused("types", () => vectors.OfTokensAsync([new([1, 2], [0])], Stop));
        await Refused("pooling", () => vectors.OfTextsAsync([new([1], [])], Pooling.Rank, Stop));

        static async Task Refused(string what, Func<Task> act)
            => Assert.Contains(what, (await Assert.ThrowsAsync<EngineException>(act)).Message, StringComparison.Ordinal);
    }

    static TokenText Text(JsonElement @case) => new(ShippedModel.Ids(@case.GetProperty("tokens")), []);

    static async Task ScoresAre(ReferenceModel reference, string score, bool types, double tolerance)
    {
        using var scheduler = new Scheduler(reference.Model);
        var cases = reference.Cases.ToList();
        var texts = cases.ConvertAll(c => Text(c) with { Types = types ? ShippedModel.Ids(c.GetProperty("token_types")) : [] });
        var scores = await new TextVectors(scheduler, reference.Model).ScoresAsync(texts, Stop);
        Assert.Equal(20, scores.Count);
        for (var i = 0; i < cases.Count; i++)
            Assert.Equal(cases[i].GetProperty(score).GetDouble(), scores[i], tolerance);
    }
}
