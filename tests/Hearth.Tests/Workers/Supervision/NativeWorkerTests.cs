using Hearth.Requests.Chat;
using Hearth.Requests.Events;
using Hearth.Requests.Models;
using Hearth.Tests.Support;
using Hearth.Workers.Client;

namespace Hearth.Tests.Workers.Supervision;

/// <summary>The worker as a native program, which <c>./test --long aot</c> publishes and names in <c>HEARTH_NATIVE_WORKER</c>.</summary>
public sealed class NativeWorkerTests
{
    static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_native_worker_runs_the_same_kernels_and_says_the_same()
    {
        var native = Environment.GetEnvironmentVariable("HEARTH_NATIVE_WORKER");
        Assert.SkipUnless(native is not null, "no native worker was published");

        var (managedModel, managed) = await AnswerAsync(null);
        var (nativeModel, published) = await AnswerAsync(native);

        // NativeAOT starts from a narrower baseline unless it asks the processor: the path by name shows that it does.
        Assert.Equal(managedModel, nativeModel);
        Assert.Equal(managed.SelectMany(d => d.Tokens), published.SelectMany(d => d.Tokens));
        Assert.Equal(string.Concat(managed.Select(d => d.Text)), string.Concat(published.Select(d => d.Text)));
    }

    static async Task<(LoadedModel Model, List<Delta> Said)> AnswerAsync(string? worker)
    {
        await using var file = await WorkerModelFile.OpenAsync(
            new()
            {
                ModelPaths = [Repository.At("models", "SmolLM2-135M-Instruct", "SmolLM2-135M-Instruct.Q4_1.gguf")],
                WorkerPath = worker,
                Unconfined = !Hearth.Confinement.ConfinementSupport.Probe().Confined,
            },
            Token);
        await using var engine = await file.LoadAsync(new() { ContextLength = 512 }, null, Token);
        var request = new GenerationRequest(new ChatPrompt([new("user", "Name three trees.")])) { MaxTokens = 64, Sampling = SamplingOptions.Greedy };
        return (engine.Model with { LoadTime = default }, await engine.GenerateAsync(request, Token).OfType<Delta>().ToListAsync(Token));
    }
}
