using Hearth.Inference;
using Hearth.Requests.Chat;
using Hearth.Requests.Events;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.Generation;

/// <summary>Answers of a model with long and short rotary factors, and of models with states, against computing everything anew at each step.</summary>
[Collection("kernels")]
public sealed class LongContextTests
{
    [Theory]
    [InlineData("phi3-longrope", 250)]
    [InlineData("phi3-longrope", 256)]
    [InlineData("phi3-longrope", 257)]
    [InlineData("qwen3next", 20)]
    [InlineData("lfm2", 20)]
    public async Task Every_token_is_the_best_one_after_all_before_it(string folder, int length)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var file = ModelFile.Open(Path.Combine(Repository.Shared("data", "architectures", folder), "model.gguf"));
        await using var engine = await file.LoadAsync(ReferenceModel.Float, cancellationToken: stop);
        List<int> tokens = [.. Enumerable.Range(0, length).Select(i => ((i * 79) + 13) % 280)];
        for (var turn = 0; turn < 2; turn++)
        {
            var request = new GenerationRequest(new TokenPrompt([.. tokens])) { MaxTokens = 10, Sampling = SamplingOptions.Greedy, IgnoreEndOfText = true };
            var answer = new List<int>();
            await foreach (var e in engine.GenerateAsync(request, stop))
                answer.AddRange(e is Delta delta ? delta.Tokens : []);
            Assert.Equal(10, answer.Count);
            foreach (var token in answer)
            {
                float[] logits = [];
                await foreach (var row in engine.LogitsAsync([.. tokens], allPositions: false, stop))
                    logits = row;
                Assert.Equal(logits.AsSpan().IndexOf(logits.Max()), token);
                tokens.Add(token);
            }

            // The next turn goes on where the cache ends.
            tokens.Add(7);
        }
    }
}
