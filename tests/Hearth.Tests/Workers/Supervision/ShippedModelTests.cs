using System.Diagnostics;
using Hearth.Inference;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Events;
using Hearth.Requests.Models;
using Hearth.Tests.Support;
using Hearth.Workers.Client;

namespace Hearth.Tests.Workers.Supervision;

/// <summary>The model that ships, in the real worker and in this process: the same answers, and the worker can be lost.</summary>
public sealed class ShippedModelTests
{
    static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    static readonly string Model = Repository.At("models", "SmolLM2-135M-Instruct", "SmolLM2-135M-Instruct.Q4_1.gguf");
    static readonly LoadOptions Small = new() { ContextLength = 512, PrefillThreads = 1, DecodeThreads = 1 };

    static WorkerOptions Options => new() { ModelPaths = [Model], Unconfined = !Hearth.Confinement.ConfinementSupport.Probe().Confined };

    [Fact]
    public async Task A_worker_gives_the_same_tokens_as_the_engine_in_this_process()
    {
        await using var here = ModelFile.Open(Model);
        await using var there = await WorkerModelFile.OpenAsync(Options, Token);
        const string text = "The fire on the hearth: <|im_end|> é🔥";

        Assert.Equal(await here.TokenizeAsync(text, true, Token), await there.TokenizeAsync(text, true, Token));
        Assert.Equal(await here.TokenizeAsync(text, false, Token), await there.TokenizeAsync(text, false, Token));
        Assert.Equivalent((await here.InspectAsync(0, Token)).Tensors, (await there.InspectAsync(0, Token)).Tensors, strict: true);
        Assert.Equal((await here.InspectAsync(0, Token)).ChatTemplate, (await there.InspectAsync(0, Token)).ChatTemplate);

        await using var local = await here.LoadAsync(Small, null, Token);
        await using var remote = await there.LoadAsync(Small, null, Token);
        var request = new GenerationRequest(new ChatPrompt([new("user", "Name three trees.")])) { MaxTokens = 12, LogProbabilities = 2, Sampling = SamplingOptions.Greedy };
        var mine = await local.GenerateAsync(request, Token).OfType<Delta>().ToListAsync(Token);
        var theirs = await remote.GenerateAsync(request, Token).OfType<Delta>().ToListAsync(Token);

        Assert.Equal(local.Model with { LoadTime = default }, remote.Model with { LoadTime = default });
        Assert.Equal(mine.SelectMany(d => d.Tokens), theirs.SelectMany(d => d.Tokens));
        Assert.Equal(string.Concat(mine.Select(d => d.Text.Reveal())), string.Concat(theirs.Select(d => d.Text.Reveal())));
        Assert.Equal(mine.SelectMany(d => d.LogProbabilities).Select(p => p.LogProbability), theirs.SelectMany(d => d.LogProbabilities).Select(p => p.LogProbability));
        Assert.Equal(await local.LogitsAsync([1, 2, 3], true, Token).ToListAsync(Token), await remote.LogitsAsync([1, 2, 3], true, Token).ToListAsync(Token));
    }

    [Fact]
    public async Task A_model_in_three_files_gives_the_same_tokens_and_inspection_as_in_one()
    {
        var folder = Directory.CreateTempSubdirectory("hearth-split-");
        try
        {
            var parts = SplitModel.Write(Model, folder.FullName, "model", 3);
            await using var whole = ModelFile.Open(Model);
            await using var split = await WorkerModelFile.OpenAsync(Options with { ModelPaths = SplitFiles.Of(parts[1]) }, Token);
            var (expected, found) = (await whole.InspectAsync(0, Token), await split.InspectAsync(0, Token));
            Assert.Equal(("GGUF 3 in 3 parts", parts.Sum(p => new FileInfo(p).Length)), (found.Format, found.FileBytes));
            Assert.Equivalent(expected.Tensors, found.Tensors, strict: true);
            await using var one = await whole.LoadAsync(Small, null, Token);
            await using var three = await split.LoadAsync(Small, null, Token);
            Assert.Equal(await one.LogitsAsync([1, 2, 3], true, Token).ToListAsync(Token), await three.LogitsAsync([1, 2, 3], true, Token).ToListAsync(Token));

            await using var local = ModelFile.Open(parts[0]);
            Assert.Equivalent(expected.Tensors, (await local.InspectAsync(0, Token)).Tensors, strict: true);

            File.Delete(parts[2]);
            var missing = await Assert.ThrowsAsync<EngineException>(() => WorkerModelFile.OpenAsync(Options with { ModelPaths = SplitFiles.Of(parts[0]) }, Token));
            Assert.Equal($"Part 3 of 3 cannot be used. There is no file {parts[2]}.", missing.Message);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_worker_killed_in_mid_answer_is_replaced_and_the_same_request_gets_its_answer()
    {
        await using var file = await WorkerModelFile.OpenAsync(Options, Token);
        await using var engine = await file.LoadAsync(Small, null, Token);
        var request = new GenerationRequest(new ChatPrompt([new("user", "Tell me a story.")])) { MaxTokens = 450, IgnoreEndOfText = true, Sampling = SamplingOptions.Greedy };

        var isKilled = false;
        var failure = await Assert.ThrowsAsync<EngineException>(async () =>
        {
            await foreach (var said in engine.GenerateAsync(request, Token))
            {
                // Once: other pieces may have come by then, and are read after its death.
                if (said is not Delta || isKilled)
                    continue;
                using var process = Process.GetProcessById(file.WorkerProcessId!.Value);
                process.Kill();
                isKilled = true;
            }
        });

        Assert.Equal(FailureCode.WorkerLost, failure.Code);
        Assert.Equal(8, (await engine.GenerateAsync(request with { MaxTokens = 8 }, Token).OfType<Delta>().ToListAsync(Token)).Sum(d => d.Tokens.Count));
    }

    [Fact]
    public async Task Without_a_model_only_templates_are_rendered()
    {
        await using var file = await WorkerModelFile.OpenAsync(Options with { ModelPaths = [] }, Token);

        Assert.Equal("5", await file.RenderAsync(new("{\"a\":2}") { Template = "{{ a + 3 }}" }, Token));
        Assert.Equal(FailureCode.InvalidRequest, (await Assert.ThrowsAsync<EngineException>(() => file.TokenizeAsync("x", false, Token))).Code);
    }
}
