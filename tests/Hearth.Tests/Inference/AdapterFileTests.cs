using System.Text.Json;
using Hearth.Inference;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Events;
using Hearth.Requests.Models;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference;

/// <summary>Adapters through the public way into the engine: the numbers of the original, and what is said of those that cannot be used.</summary>
[Collection("kernels")]
public sealed class AdapterFileTests : IDisposable
{
    static readonly string Llama = Repository.Shared("data", "architectures", "llama"), Model = Path.Combine(Llama, "model.gguf"), R4 = Path.Combine(Llama, "lora", "r4.gguf");

    readonly TemporaryFolder _folder = new();

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("llama", 5)]
    [InlineData("qwen3", 5)]
    [InlineData("gemma3", 5)]
    [InlineData("phi3", 5)]
    [InlineData("mixtral", 5)]
    public async Task Logits_are_those_of_the_merged_model_at_every_scale_and_with_two_at_once(string folder, int settings)
    {
        var data = new ReferenceData(Path.Combine(folder, "lora"));
        var used = new HashSet<string>();
        foreach (var @case in data.Cases)
        {
            var uses = @case.GetProperty("adapters").EnumerateArray().Select(a => new AdapterUse(a.GetProperty("file").GetString()!, a.GetProperty("scale").GetSingle())).ToList();
            used.Add(string.Join('+', uses.Select(u => $"{u.Name}@{u.Scale}")));
            await using var file = ModelFile.Open(Path.Combine(data.Folder, "..", "model.gguf"), [.. uses.Select(u => Path.Combine(data.Folder, u.Name))]);
            await using var engine = await file.LoadAsync(ReferenceModel.Float with { Adapters = uses }, null, Stop);
            var rows = await engine.LogitsAsync(ShippedModel.Ids(@case.GetProperty("tokens")), true, Stop).ToListAsync(Stop);
            var found = ShippedModel.Ids(@case.GetProperty("positions")).SelectMany(at => rows[at]).ToArray();
            ReferenceModel.AssertClose(data.Expected(@case), found, $"{folder} {@case.GetProperty("name").GetString()}");
        }

        Assert.True(used.Count >= settings && used.Any(u => u.Contains('+')), string.Join(", ", used));
    }

    [Fact]
    public async Task An_engine_lives_on_when_its_files_are_closed_and_two_with_other_adapters_share_nothing()
    {
        var file = ModelFile.Open(Model, R4);
        await using var changed = await file.LoadAsync(ReferenceModel.Float with { Adapters = [new("r4", 1)] }, null, Stop);
        await file.DisposeAsync();
        await using var plainFile = ModelFile.Open(Model);
        await using var plain = await plainFile.LoadAsync(ReferenceModel.Float, null, Stop);
        int[] prompt = [1, .. Enumerable.Range(0, 150).Select(i => 40 + (i * 7 % 200))];
        var (first, other) = (await AnswerAsync(changed, prompt), await AnswerAsync(plain, prompt));
        Assert.NotEqual(first.Tokens, other.Tokens);
        Assert.Equal((0, 0), (first.Cached, other.Cached));
        var (again, otherAgain) = (await AnswerAsync(changed, prompt), await AnswerAsync(plain, prompt));
        Assert.True(again.Cached > 100 && otherAgain.Cached > 100);
        Assert.Equal(first.Tokens, again.Tokens);
        Assert.Equal(other.Tokens, otherAgain.Tokens);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task As_many_adapters_are_used_as_were_opened(int uses)
    {
        await using var file = ModelFile.Open(Model, R4);
        var refused = await Assert.ThrowsAsync<EngineException>(() => file.LoadAsync(new() { Adapters = [.. Enumerable.Repeat(new AdapterUse("r4.gguf", 1), uses)] }, null, Stop));
        Assert.Equal((FailureCode.InvalidRequest, $"{uses} adapters are to be used, and 1 were opened with the model."), (refused.Code, refused.Message));
    }

    [Theory]
    [InlineData("llama", "shape-in.gguf", "'blk.0.attn_q.weight.lora_a' has 4 rows of 32 numbers", "4 rows of 64 for the rank 4 of 'blk.0.attn_q.weight.lora_b'")]
    [InlineData("llama", "shape-out.gguf", "'blk.0.attn_q.weight.lora_b' has 32 rows", "64, as 'blk.0.attn_q.weight' has")]
    [InlineData("llama", "rank-mismatch.gguf", "'blk.0.attn_q.weight.lora_a' has 4 rows of 64 numbers", "3 rows of 64 for the rank 3 of 'blk.0.attn_q.weight.lora_b'")]
    [InlineData("llama", "missing-b.gguf", "it has no tensor 'blk.0.attn_q.weight.lora_b'", "both matrices of each pair")]
    [InlineData("llama", "unknown-tensor.gguf", "it changes 'blk.9.attn_q.weight', which the model does not have", "tensors of the model")]
    [InlineData("llama", "unknown-suffix.gguf", "it has a tensor 'blk.0.attn_q.weight'", "names that end in .lora_a or .lora_b")]
    [InlineData("llama", "other-architecture.gguf", "its general.architecture is 'qwen3'", "'llama'")]
    [InlineData("llama", "not-an-adapter.gguf", "it is no adapter, its general.type is 'model'", "'adapter'")]
    [InlineData("llama", "not-lora.gguf", "its adapter.type is 'control_vector'", "'lora'")]
    [InlineData("gemma3", "tied-embedding.gguf", "it changes 'token_embd.weight', which this model uses for its output, too", "a change of one of them only")]
    public async Task A_broken_adapter_is_refused_by_name_with_what_is_wrong(string folder, string file, string found, string expected)
        => await RefusedAsync(Path.Combine(Repository.Shared("data", "architectures", folder), "lora", "broken", file), found, expected, folder);

    [Fact]
    public void Every_broken_adapter_of_the_reference_is_among_the_refused()
    {
        string[] folders = ["llama", "gemma3"];
        var names = folders.SelectMany(folder =>
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Shared("data", "architectures", folder), "lora", "broken", "expected.json")));
            return document.RootElement.EnumerateArray().Select(e => $"{folder}/{e.GetProperty("file").GetString()}").ToList();
        });
        var refused = typeof(AdapterFileTests).GetMethod(nameof(A_broken_adapter_is_refused_by_name_with_what_is_wrong))!
            .GetCustomAttributesData().Where(a => a.AttributeType == typeof(InlineDataAttribute))
            .Select(a => (IReadOnlyList<System.Reflection.CustomAttributeTypedArgument>)a.ConstructorArguments[0].Value!).Select(words => $"{words[0].Value}/{words[1].Value}");
        Assert.Equal(names.Order(), refused.Order());
    }

    [Fact]
    public async Task A_model_as_an_adapter_is_refused_and_an_adapter_as_a_model()
    {
        await RefusedAsync(Model, "it is no adapter, its general.type is ", "'adapter'");
        await using var file = ModelFile.Open(R4);
        var refused = await Assert.ThrowsAsync<EngineException>(() => file.LoadAsync(new(), null, Stop));
        Assert.Equal("The file is an adapter for models of the architecture 'llama', and no model.", refused.Message);
        Assert.Contains("as its adapter", refused.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_gguf_file_is_refused_by_name_and_the_model_can_be_looked_at()
    {
        var path = Write("no.gguf", "a letter, not an adapter"u8.ToArray());
        await RefusedAsync(path, "GGUF", "a GGUF file");
        await using var file = ModelFile.Open(Model, path);
        Assert.NotEmpty(await file.TokenizeAsync("a", false, Stop));
        await Assert.ThrowsAsync<FileNotFoundException>(async () => await ModelFile.Open(Model, path + ".none").DisposeAsync());
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public async Task A_scale_that_is_not_finite_is_refused(float scale) => await RefusedAsync(R4, $"its scale is {scale}", "a finite number", scale: scale);

    [Theory]
    [InlineData("blk.0.attn_q.weight", 64, 64, "lora_b")]
    [InlineData("blk.0.attn_q.weight", 64, 64, "lora_a")]
    [InlineData("token_embd.weight", 288, 64, "lora_b")]
    [InlineData("token_embd.weight", 288, 64, "lora_a")]
    public async Task Numbers_that_are_not_finite_or_become_so_are_refused(string tensor, int fromA, int rowsB, string wrong)
    {
        var embedding = tensor == "token_embd.weight";
        float[] a = [.. Enumerable.Repeat(1f, fromA)], b = [.. Enumerable.Repeat(1e30f, rowsB)];
        await RefusedAsync(Pair(a, b), $"'{tensor}.lora_b' holds a number that is not finite, or is not with the scale 1E+20", "finite numbers", scale: 1e20f);
        (wrong == "lora_a" ? a : b)[3] = float.NaN;
        await RefusedAsync(Pair(a, b), $"'{tensor}.{wrong}' holds a number that is not finite", "finite numbers");

        string Pair(float[] first, float[] second)
            => Write("a.gguf", Adapter().Tensor($"{tensor}.lora_a", embedding ? [1, 288] : [64, 1], first).Tensor($"{tensor}.lora_b", [1, 64], second).Build());
    }

    [Fact]
    public async Task An_adapter_without_effect_or_with_keys_of_another_kind_is_refused()
    {
        await RefusedAsync(Write("a.gguf", Adapter().Tensor("blk.0.attn_norm.weight", [64], new float[64]).Build()), "it changes nothing", "at least one pair of matrices");
        await RefusedAsync(Write("b.gguf", new GgufBuilder().Entry("general.type", 1u).Build()), "general.type has the type", "");
        await RefusedAsync(Write("c.gguf", Adapter(float.NaN).Build()), "its alpha is NaN", "a finite number");
        await RefusedAsync(
            Write("d.gguf", Adapter().Tensor("blk.0.attn_norm.weight.lora_a", [64, 1], new float[64]).Tensor("blk.0.attn_norm.weight.lora_b", [1, 1], 1f).Build()),
            "it changes 'blk.0.attn_norm.weight', which is no matrix", "changes of matrices");
    }

    [Theory]
    [InlineData("llama", "r4.gguf", 14, 4, 8)]
    [InlineData("llama", "r8-f16.gguf", 7, 8, 4)]
    [InlineData("qwen3", "embd.gguf", 1, 4, 4)]
    [InlineData("mixtral", "r4.gguf", 14, 4, 8)]
    public async Task Inspecting_an_adapter_says_what_it_is(string folder, string name, int matrices, int rank, float alpha)
    {
        await using var file = ModelFile.Open(Path.Combine(Repository.Shared("data", "architectures", folder), "lora", name));
        var found = await file.InspectAsync(0, Stop);
        Assert.Equal(new("lora", folder == "mixtral" ? "llama" : folder, matrices, rank, rank, alpha), found.Adapter);
        Assert.Empty(found.Warnings);
        Assert.Equal((0, null), (found.Memory.Total, found.Work));
        Assert.Equal(2 * matrices, found.Tensors.Count);
    }

    [Fact]
    public async Task Inspecting_a_broken_adapter_works_and_warns_and_a_model_is_none()
    {
        var found = await InspectAsync(Path.Combine(Llama, "lora", "broken", "not-lora.gguf"));
        Assert.Equal("control_vector", found.Adapter!.Type);
        Assert.Equal("Adapters of the type 'control_vector' cannot be used; 'lora' can.", Assert.Single(found.Warnings));
        found = await InspectAsync(Write("a.gguf", Adapter(float.NaN).Tensor("x.lora_b", [4, 2], new float[8]).Tensor("y.lora_b", [8, 2], new float[16]).Build()));
        Assert.Equal(new("lora", "llama", 2, 4, 8, 0), found.Adapter);
        Assert.Contains("adapter.lora.alpha is NaN", Assert.Single(found.Warnings), StringComparison.Ordinal);
        found = await InspectAsync(Write("b.gguf", new GgufBuilder().Entry("general.type", "adapter").Build()));
        Assert.Contains("adapter.type", Assert.Single(found.Warnings), StringComparison.Ordinal);
        Assert.Null((await InspectAsync(Model)).Adapter);
        Assert.Null((await InspectAsync(Write("c.gguf", new GgufBuilder().Entry("general.type", 1u).Build()))).Adapter);

        static async Task<ModelInspection> InspectAsync(string path)
        {
            await using var file = ModelFile.Open(path);
            return await file.InspectAsync(0, Stop);
        }
    }

    static GgufBuilder Adapter(float alpha = 1)
        => new GgufBuilder().Entry("general.architecture", "llama").Entry("general.type", "adapter").Entry("adapter.type", "lora").Entry("adapter.lora.alpha", alpha);

    string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder.Path, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    static async Task RefusedAsync(string adapter, string found, string expected, string folder = "llama", float scale = 1)
    {
        await using var file = ModelFile.Open(Path.Combine(Repository.Shared("data", "architectures", folder), "model.gguf"), adapter);
        var refused = await Assert.ThrowsAsync<EngineException>(() => file.LoadAsync(new() { Adapters = [new("mine.gguf", scale)] }, null, Stop));
        Assert.Equal(FailureCode.InvalidModel, refused.Code);
        Assert.StartsWith("The adapter 'mine.gguf' cannot be used: ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(found, refused.Message, StringComparison.Ordinal);
        Assert.Equal(expected, refused.Expected);
        TestContext.Current.TestOutputHelper!.WriteLine($"{refused.Message} Expected: {refused.Expected}. {refused.Remedy}");
    }

    static async Task<(int[] Tokens, int Cached)> AnswerAsync(IEngine engine, int[] prompt)
    {
        var request = new GenerationRequest(new TokenPrompt(prompt)) { MaxTokens = 12, IgnoreEndOfText = true, Sampling = SamplingOptions.Greedy };
        var said = await engine.GenerateAsync(request, Stop).ToListAsync(Stop);
        return ([.. said.OfType<Delta>().SelectMany(d => d.Tokens)], said.OfType<Completed>().Single().CachedTokens);
    }
}
