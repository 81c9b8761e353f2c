using System.Reflection;
using Hearth.Inference;
using Hearth.Inference.Tokenizers;
using Hearth.Requests;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference;

/// <summary>Files and options that are wrong, on the way to an engine.</summary>
[Collection("kernels")]
public sealed class ModelFileTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_load_that_is_cancelled_says_so()
    {
        await using var file = TinyModel.Open();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => file.LoadAsync(new() { ContextLength = 64 }, new AtOnce(cancel.Cancel), cancel.Token));
    }

    [Fact]
    public async Task A_kernel_path_that_is_not_here_is_the_requests_fault_and_those_that_are_here_are_named()
    {
        await using var file = TinyModel.Open();
        var refusal = await Assert.ThrowsAsync<EngineException>(() => file.LoadAsync(new() { InstructionSet = "abacus" }, null, Stop));
        Assert.Equal(FailureCode.InvalidRequest, refusal.Code);
        Assert.Contains("scalar", refusal.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_without_a_key_that_its_architecture_needs_is_an_invalid_model()
    {
        await using var file = TinyModel.Open(new GgufBuilder().Entry("general.architecture", "llama").Build());
        Assert.Equal(FailureCode.InvalidModel, (await Assert.ThrowsAsync<EngineException>(() => file.LoadAsync(new(), null, Stop))).Code);
        Assert.NotEmpty((await file.InspectAsync(0, Stop)).Warnings);
    }

    [Fact]
    public void A_chat_template_that_is_no_text_is_an_invalid_model()
    {
        var bytes = new GgufBuilder().Entry("tokenizer.chat_template", (int[])[1, 2]).Build();
        Assert.Equal(FailureCode.InvalidModel, Assert.Throws<EngineException>(() => TinyModel.Open(bytes)).Code);
    }

    [Fact]
    public async Task Inspecting_a_file_whose_keys_have_other_types_works_and_warns_of_them()
    {
        await using var file = TinyModel.Open(new GgufBuilder().Entry("tokenizer.ggml.model", "gpt2").Entry("tokenizer.ggml.tokens", (int[])[1, 2]).Build());
        Assert.Contains((await file.InspectAsync(0, Stop)).Warnings, w => w.Contains("tokenizer.ggml.tokens", StringComparison.Ordinal));
    }

    [Fact]
    public async Task After_a_load_that_failed_nobody_reads_the_file_any_more()
    {
        // The caller closes the file next, and a thread that still reads the mapping would end the process.
        await using var file = TinyModel.Open(TinyModel.Shape with { Layers = 1, Width = 16, HeadWidth = 16, Heads = 1, FeedForward = 16, Vocabulary = 100_000 });
        await Assert.ThrowsAsync<EngineException>(() => file.LoadAsync(new() { InstructionSet = "abacus" }, null, Stop));
        var tokenizer = (Lazy<Tokenizer>)typeof(ModelFile).GetField("_tokenizer", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(file)!;
        Assert.True(tokenizer.IsValueCreated);
    }

    [Fact]
    public async Task As_many_layers_as_are_allowed_can_be_computed()
    {
        await using var file = TinyModel.Open(TinyModel.Shape with { Layers = 1024, Width = 16, HeadWidth = 16, Heads = 1, FeedForward = 16 });
        await using var engine = await file.LoadAsync(new() { ContextLength = 64 }, null, Stop);
        Assert.Equal(300, (await engine.LogitsAsync([1, 2, 3], allPositions: false, Stop).SingleAsync(Stop)).Length);
    }

    [Fact]
    public async Task An_engine_may_be_disposed_twice_and_says_later_that_it_is_gone()
    {
        await using var file = TinyModel.Open();
        var engine = await file.LoadAsync(new() { ContextLength = 64 }, null, Stop);
        await engine.DisposeAsync();
        await engine.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await engine.LogitsAsync([1], allPositions: false, Stop).CountAsync(Stop));
    }
}
