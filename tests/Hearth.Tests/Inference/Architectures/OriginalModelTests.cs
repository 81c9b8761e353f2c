using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.Architectures;

/// <summary>Every architecture against its original: what transformers computes in double precision on the same weights.</summary>
[Collection("kernels")]
public sealed class OriginalModelTests
{
    public static TheoryData<string> Folders =>
    [
        "llama", "llama-tied-f16", "llama-rope31", "mistral", "mistral-swa", "mixtral", "granite", "smollm3", "qwen2", "qwen3", "qwen3moe", "qwen3-embedding",
        "phi3", "phi3-swa", "phi3-longrope", "gemma2", "gemma3", "gemma3-linear8", "gpt-oss", "gpt-oss-mxfp4", "lfm2", "qwen3next", "qwen35", "bert-cls", "bert-mean", "nomic-bert", "modern-bert",
    ];

    [Theory, MemberData(nameof(Folders))]
    public void Logits_and_vectors_are_those_of_the_original(string folder)
    {
        using var reference = new ReferenceModel(folder, ReferenceModel.Float);
        foreach (var @case in reference.Cases.Where(c => c.GetProperty("output").GetString() != "pooled"))
            ReferenceModel.AssertClose(reference.Expected(@case), reference.Compute(@case), @case.GetProperty("name").GetString()!);
    }

    [Theory, MemberData(nameof(Folders))]
    public void Hidden_states_of_every_layer_are_those_of_the_original(string folder)
    {
        using var reference = new ReferenceModel(folder, ReferenceModel.Float);
        var expected = reference.Numbers("hidden.f32");
        var tokens = ShippedModel.Ids(reference.Cases.First(c => c.GetProperty("name").GetString() == "len7").GetProperty("tokens"));
        var (layers, width) = (reference.Model.Shape.Layers, reference.Model.Shape.Width);
        var seen = 0;
        reference.Model.Decoder.Observer = (layer, rows) =>
        {
            // The reference has the normed rows in place of those after the last layer.
            if (layer == layers - 1)
                return;
            var index = layer == layers ? layers : layer + 1;
            var actual = Enumerable.Range(0, tokens.Length).SelectMany(r => rows.Row(r).ToArray()).ToArray();
            ReferenceModel.AssertClose(expected.AsSpan(index * actual.Length, actual.Length).ToArray(), actual, $"after layer {layer}");
            seen++;
        };
        reference.Rows(tokens, tokens.Length, vectors: true);
        Assert.Equal(layers + 1, seen);
        Assert.Equal(expected.Length, seen * tokens.Length * width);
    }
}
