using Hearth.Inference;
using Hearth.Requests;
using Hearth.Requests.Models;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.Generation;

/// <summary>Probabilities of given tokens against those of a float64 implementation; the whole text is measured by <c>./test --long perplexity</c>.</summary>
[Collection("kernels")]
public sealed class ScoringTests
{
    const int Window = 512, First = 257;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Float_activations_give_the_reference_s_sum_of_a_window_to_1_in_100_000()
    {
        await using var file = ModelFile.Open(ShippedModel.Path);
        await using var engine = await file.LoadAsync(new() { ContextLength = Window, Activations = ActivationType.Float, KvType = KvType.F32 }, null, Stop);
        foreach (var (tokens, nll) in (await WindowsAsync(file)).Take(2))
            Assert.Equal(nll, -(await engine.ScoreAsync(tokens, First, Stop)).Sum(), nll * 1e-5);
    }

    [Fact]
    public async Task Integer_activations_stay_within_1_percent_in_each_of_four_windows()
    {
        await using var file = ModelFile.Open(ShippedModel.Path);
        await using var engine = await file.LoadAsync(new() { ContextLength = Window }, null, Stop);
        foreach (var (tokens, nll) in (await WindowsAsync(file)).Take(4))
            Assert.Equal(nll, -(await engine.ScoreAsync(tokens, First, Stop)).Sum(), nll * 0.01);
    }

    [Fact]
    public async Task Scores_are_those_of_the_logits_whatever_precedes_the_first_one_that_is_judged()
    {
        await using var file = ModelFile.Open(ShippedModel.Path);
        await using var engine = await file.LoadAsync(new() { ContextLength = 128 }, null, Stop);
        int[] tokens = [.. (await WindowsAsync(file))[0].Tokens.Take(100)];
        var all = await engine.ScoreAsync(tokens, 1, Stop);
        Assert.Equal(99, all.Length);
        Assert.Equal(all[69..], await engine.ScoreAsync(tokens, 70, Stop));

        var rows = await engine.LogitsAsync(tokens, allPositions: true, Stop).ToListAsync(Stop);
        for (var i = 0; i < all.Length; i++)
        {
            var total = rows[i].Sum(l => Math.Exp((double)l - rows[i][tokens[i + 1]]));
            Assert.Equal(-Math.Log(total), all[i], 1e-9);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(-1)]
    public async Task A_first_token_that_is_not_among_those_with_a_predecessor_is_refused(int first)
    {
        await using var file = ModelFile.Open(ShippedModel.Path);
        await using var engine = await file.LoadAsync(new() { ContextLength = 64 }, null, Stop);
        var failure = await Assert.ThrowsAsync<EngineException>(() => engine.ScoreAsync([1, 2, 3], first, Stop));
        Assert.Equal((FailureCode.InvalidRequest, "a number from 1 to 2"), (failure.Code, failure.Expected));
        Assert.Equal(FailureCode.ContextOverflow, (await Assert.ThrowsAsync<EngineException>(() => engine.ScoreAsync(new int[65], 1, Stop))).Code);
    }

    static async Task<List<(int[] Tokens, double Nll)>> WindowsAsync(ModelFile file)
    {
        var text = await File.ReadAllTextAsync(Repository.At("tests", "data", "SmolLM2-135M-Instruct", "perplexity.txt"), Stop);
        var tokens = await file.TokenizeAsync(text, false, Stop);
        var nll = ShippedModel.Reference("perplexity.json").GetProperty("window_nll").EnumerateArray().Select(e => e.GetDouble());
        return [.. tokens.Chunk(Window).Zip(nll)];
    }
}
