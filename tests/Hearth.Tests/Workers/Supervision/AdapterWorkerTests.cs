using System.Diagnostics;
using Hearth.Inference;
using Hearth.Requests;
using Hearth.Requests.Models;
using Hearth.Tests.Support;
using Hearth.Workers.Client;

namespace Hearth.Tests.Workers.Supervision;

/// <summary>Adapters in the real worker: the numbers of the engine in this process, and the words of its refusals.</summary>
public sealed class AdapterWorkerTests
{
    static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    static readonly ReferenceData Data = new(Path.Combine("llama", "lora"));
    static readonly string Model = Path.Combine(Data.Folder, "..", "model.gguf");

    [Fact]
    public async Task A_worker_computes_with_adapters_what_the_original_computes_and_so_does_its_successor()
    {
        var @case = Data.Cases.First(c => c.GetProperty("adapters").GetArrayLength() > 1);
        var uses = @case.GetProperty("adapters").EnumerateArray().Select(a => new AdapterUse(a.GetProperty("file").GetString()!, a.GetProperty("scale").GetSingle())).ToList();
        var options = ReferenceModel.Float with { Adapters = uses };
        var tokens = ShippedModel.Ids(@case.GetProperty("tokens"));
        await using var there = await OpenAsync(uses.Select(u => u.Name));
        await using var remote = await there.LoadAsync(options, null, Token);
        await using var here = ModelFile.Open(Model, [.. uses.Select(u => Path.Combine(Data.Folder, u.Name))]);
        await using var local = await here.LoadAsync(options, null, Token);

        var rows = await remote.LogitsAsync(tokens, true, Token).ToListAsync(Token);
        Assert.Equal(await local.LogitsAsync(tokens, true, Token).ToListAsync(Token), rows);
        ReferenceModel.AssertClose(Data.Expected(@case), [.. ShippedModel.Ids(@case.GetProperty("positions")).SelectMany(at => rows[at])], "in a worker");
        Assert.Equal(local.Model with { LoadTime = default }, remote.Model with { LoadTime = default });

        using (var process = Process.GetProcessById(there.WorkerProcessId!.Value))
        {
            process.Kill();
            await process.WaitForExitAsync(Token);
        }

        Assert.Equal(rows, await AskAgainAsync());

        async Task<List<float[]>> AskAgainAsync()
        {
            try
            {
                return await remote.LogitsAsync(tokens, true, Token).ToListAsync(Token);
            }
            catch (EngineException e) when (e.Code == FailureCode.WorkerLost)
            {
                return await remote.LogitsAsync(tokens, true, Token).ToListAsync(Token);
            }
        }
    }

    [Theory]
    [InlineData("broken/shape-in.gguf", "mine.gguf", "The adapter 'mine.gguf' cannot be used: 'blk.0.attn_q.weight.lora_a' has 4 rows of 32 numbers.")]
    [InlineData("inputs.json", "ein Brief", "The adapter 'ein Brief' cannot be used: ")]
    public async Task A_refusal_of_the_worker_names_the_adapter(string adapter, string name, string message)
    {
        await using var file = await OpenAsync(["r4.gguf", adapter]);
        Assert.Equal("llama", (await file.InspectAsync(0, Token)).Metadata.First(e => e.Key == "general.architecture").Value.Trim('"'));
        var refused = await Assert.ThrowsAsync<EngineException>(() => file.LoadAsync(new() { Adapters = [new("r4.gguf", 1), new(name, 1)] }, null, Token));
        Assert.Equal(FailureCode.InvalidModel, refused.Code);
        Assert.StartsWith(message, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_load_that_forgets_an_adapter_is_refused()
    {
        await using var file = await OpenAsync(["r4.gguf"]);
        Assert.Equal(FailureCode.InvalidRequest, (await Assert.ThrowsAsync<EngineException>(() => file.LoadAsync(new(), null, Token))).Code);
    }

    static Task<WorkerModelFile> OpenAsync(IEnumerable<string> adapters) => WorkerModelFile.OpenAsync(new()
    {
        ModelPaths = [Model],
        AdapterPaths = [.. adapters.Select(name => Path.Combine(Data.Folder, name))],
        Unconfined = !Hearth.Confinement.ConfinementSupport.Probe().Confined,
    }, Token);
}
