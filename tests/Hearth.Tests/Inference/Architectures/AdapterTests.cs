using System.Text.Json;
using Hearth.Formats.Gguf;
using Hearth.Inference.Architectures;
using Hearth.Requests;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.Architectures;

/// <summary>Low-rank adapters against the merged model of the original, and those that must be refused.</summary>
[Collection("kernels")]
public sealed class AdapterTests
{
    [Theory]
    [InlineData("llama")]
    [InlineData("qwen3")]
    [InlineData("gemma3")]
    [InlineData("phi3")]
    [InlineData("mixtral")]
    public void Logits_are_those_of_the_merged_model(string folder)
    {
        var data = new ReferenceData(Path.Combine(folder, "lora"));
        foreach (var @case in data.Cases)
        {
            var files = @case.GetProperty("adapters").EnumerateArray().Select(a => (Name: a.GetProperty("file").GetString()!, Scale: a.GetProperty("scale").GetSingle())).ToList();
            using var reference = new ReferenceModel(data, ReferenceModel.Float, "../model.gguf", files);
            ReferenceModel.AssertClose(data.Expected(@case), reference.Compute(@case), @case.GetProperty("name").GetString()!);
        }
    }

    [Fact]
    public void A_scale_of_0_changes_nothing()
    {
        var data = new ReferenceData(Path.Combine("llama", "lora"));
        using var without = new ReferenceModel(data, ReferenceModel.Float, "../model.gguf", []);
        using var with = new ReferenceModel(data, ReferenceModel.Float, "../model.gguf", [("r4.gguf", 0), ("embd.gguf", 0)]);
        var first = data.Cases.First();
        Assert.Equal(without.Compute(first), with.Compute(first));
    }

    [Theory]
    [InlineData("r4.gguf")]
    [InlineData("r8-f16.gguf")]
    public void Chunks_threads_and_paths_change_nothing(string file)
    {
        var data = new ReferenceData(Path.Combine("mixtral", "lora"));
        var @case = data.Cases.First(c => c.GetProperty("name").GetString()!.Contains("len64", StringComparison.Ordinal));
        using var one = new ReferenceModel(data, new() { PrefillThreads = 1, DecodeThreads = 1, InstructionSet = "scalar" }, "../model.gguf", [(file, 1)]);
        using var three = new ReferenceModel(data, new() { PrefillThreads = 3, DecodeThreads = 3 }, "../model.gguf", [(file, 1)]);
        var expected = one.Compute(@case, 64);
        foreach (var chunk in (int[])[1, 5, 64])
            Assert.Equal(expected, three.Compute(@case, chunk));
    }

    [Theory]
    [InlineData("r4.gguf")]
    [InlineData("embd.gguf")]
    public void Any_byte_of_the_head_changed_is_computed_with_or_refused(string file)
    {
        var folder = Repository.Shared("data", "architectures", "llama");
        using var model = GgufFile.Open(Path.Combine(folder, "model.gguf"));
        var bytes = File.ReadAllBytes(Path.Combine(folder, "lora", file));
        using var whole = GgufFile.Open(Path.Combine(folder, "lora", file));
        var (loaded, refused) = (0, 0);
        for (var at = 0; at < whole.Tensors[0].Offset; at += file == "r4.gguf" ? 3 : 1)
        {
            var original = bytes[at];
            bytes[at] ^= (byte)(1 << (at % 8));
            try
            {
                using var adapter = GgufBuilder.Open(bytes);
                using var with = LoadedDecoder.Load(model, new() { ContextLength = 64, PrefillThreads = 1, DecodeThreads = 1 }, null, CancellationToken.None, new Adapter("a", adapter, 1));
                loaded++;
            }
            catch (Exception e) when (e is EngineException or InvalidDataException)
            {
                refused++;
            }

            bytes[at] = original;
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{loaded} loaded, {refused} refused");
        Assert.True(loaded > 20 && refused > 200, $"{loaded} loaded, {refused} refused");
    }

    [Theory]
    [InlineData("embd.gguf", sizeof(float) * (288 + 64) * 4)]
    [InlineData("r4.gguf", 100_000)]
    public void Adapters_count_in_the_memory_of_the_weights(string file, int atLeast)
    {
        var folder = Repository.Shared("data", "architectures", "llama");
        using var model = GgufFile.Open(Path.Combine(folder, "model.gguf"));
        using var adapter = GgufFile.Open(Path.Combine(folder, "lora", file));
        var shape = DecoderShape.Read(model);
        var grown = TensorChecks.Estimate(model, shape, false, new(model, [new(file, adapter, 1)])) - TensorChecks.Estimate(model, shape, false, null);
        Assert.InRange(grown, atLeast, 20 * atLeast);
    }

    [Fact]
    public void An_adapter_that_counts_behind_certain_tokens_only_is_refused()
    {
        var folder = Repository.Shared("data", "architectures", "llama");
        var path = Path.GetTempFileName();
        ConvertedCopy.Write(Path.Combine(folder, "lora", "r4.gguf"), path, key => key, more: builder => builder.Entry("adapter.alora.invocation_tokens", (int[])[5, 6]));
        using var model = GgufFile.Open(Path.Combine(folder, "model.gguf"));
        using var adapter = GgufFile.Open(path);
        File.Delete(path);
        Assert.Contains(
            "counts only behind certain tokens", Assert.Throws<EngineException>(() => LoadedDecoder.Load(model, new(), null, CancellationToken.None, new Adapter("a", adapter, 1))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("llama", 9)]
    [InlineData("gemma3", 1)]
    public void Adapters_that_do_not_fit_are_refused_by_name(string folder, int count)
    {
        var broken = Repository.Shared("data", "architectures", folder, "lora", "broken");
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(broken, "expected.json")));
        var files = document.RootElement.EnumerateArray().Select(e => e.GetProperty("file").GetString()!).ToList();
        Assert.Equal(count, files.Count);
        using var model = GgufFile.Open(Path.Combine(broken, "..", "..", "model.gguf"));
        foreach (var file in files)
        {
            using var adapter = GgufFile.Open(Path.Combine(broken, file));
            var refused = Assert.Throws<EngineException>(() => LoadedDecoder.Load(model, new(), null, CancellationToken.None, new Adapter(file, adapter, 1)));
            Assert.Contains($"'{file}'", refused.Message, StringComparison.Ordinal);
            TestContext.Current.TestOutputHelper!.WriteLine($"{refused.Message} Expected: {refused.Expected}");
        }
    }
}
