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
