using System.Globalization;
using Hearth.Requests.Chat;
using Hearth.Requests.Events;
using Hearth.Requests.Models;
using Hearth.Tests.Confinement;
using Hearth.Tests.Support;
using Hearth.Workers.Client;

namespace Hearth.Tests.Workers.Supervision;

/// <summary>The worker as a native program, which <c>./test --long aot</c> publishes and names in <c>HEARTH_NATIVE_WORKER</c>; <see cref="EscapeTests"/> tries to get out of its jail.</summary>
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
        Assert.Equal(string.Concat(managed.Select(d => d.Text.Reveal())), string.Concat(published.Select(d => d.Text.Reveal())));
    }

    [Fact]
    public async Task Once_its_model_is_loaded_the_native_worker_has_a_third_filter_on_every_thread_and_answers_everything()
    {
        var native = Environment.GetEnvironmentVariable("HEARTH_NATIVE_WORKER");
        Assert.SkipUnless(native is not null, "no native worker was published");
        Assert.SkipUnless(Hearth.Confinement.ConfinementSupport.Probe().Confined, "this machine can't confine a worker");

        await using var file = await OpenAsync(native, "SmolLM2-135M-Instruct", "SmolLM2-135M-Instruct.Q4_1.gguf");
        var ours = int.Parse(ProbeProgram.Status("/proc/self", "Seccomp_filters"), CultureInfo.InvariantCulture);
        Assert.Equal([ours + 2], Filters(file));
        await using var engine = await file.LoadAsync(new() { ContextLength = 2048 }, null, Token);
        Assert.Equal([ours + 3], Filters(file));
        var tokens = await file.TokenizeAsync("One two three four five six seven eight.", false, Token);
        var request = new GenerationRequest(new TextPrompt(string.Join(' ', Enumerable.Repeat("tree", 600)))) { MaxTokens = 32, Sampling = SamplingOptions.Greedy };
        Assert.NotEmpty(await engine.GenerateAsync(request, Token).ToListAsync(Token));
        Assert.Single(await engine.LogitsAsync(tokens, false, Token).ToListAsync(Token));
        Assert.Equal(tokens.Count - 1, (await engine.ScoreAsync(tokens, 1, Token)).Length);
        Assert.NotEmpty(await engine.MeasureAsync(new(64, 8, 1), Token).ToListAsync(Token));
        Assert.InRange((await engine.StatsAsync(Token)).ResidentBytes, 50_000_000, 2_000_000_000);
        Assert.Equal(0, file.DeniedCount);

        await using var encoder = await OpenAsync(native, "all-MiniLM-L6-v2", "all-MiniLM-L6-v2.Q8_0.gguf");
        await using var embedder = await encoder.LoadAsync(new(), null, Token);
        Assert.Single(await embedder.EmbedAsync(new([new TextPrompt("a text")]), Token).ToListAsync(Token));
        Assert.Equal([ours + 3], Filters(encoder));
    }

    static List<int> Filters(WorkerModelFile file)
        => [.. Directory.GetDirectories($"/proc/{file.WorkerProcessId}/task").Select(thread => int.Parse(ProbeProgram.Status(thread, "Seccomp_filters"), CultureInfo.InvariantCulture)).Distinct()];

    static Task<WorkerModelFile> OpenAsync(string? worker, string folder, string name)
        => WorkerModelFile.OpenAsync(new() { ModelPaths = [Repository.At("models", folder, name)], WorkerPath = worker, Unconfined = !Hearth.Confinement.ConfinementSupport.Probe().Confined }, Token);

    static async Task<(LoadedModel Model, List<Delta> Said)> AnswerAsync(string? worker)
    {
        await using var file = await OpenAsync(worker, "SmolLM2-135M-Instruct", "SmolLM2-135M-Instruct.Q4_1.gguf");
        await using var engine = await file.LoadAsync(new() { ContextLength = 512 }, null, Token);
        var request = new GenerationRequest(new ChatPrompt([new("user", "Name three trees.")])) { MaxTokens = 64, Sampling = SamplingOptions.Greedy };
        return (engine.Model with { LoadTime = default }, await engine.GenerateAsync(request, Token).OfType<Delta>().ToListAsync(Token));
    }
}
