using Hearth.Benchmarks.Models;
using Hearth.Formats.Gguf;
using Hearth.Inference;
using Hearth.Inference.Architectures;
using Hearth.Inference.Tokenizers;
using Hearth.Requests.Models;

namespace Hearth.Tests.Support;

/// <summary>A model with random weights that loads in milliseconds: for what happens around a model.</summary>
static class TinyModel
{
    internal static readonly RandomModel Shape = new(Layers: 2, Width: 64, Heads: 2, KvHeads: 1, HeadWidth: 32, FeedForward: 96, Vocabulary: 300, RopeBase: 10_000);

    internal static ModelFile Open(RandomModel? shape = null) => Written(shape ?? Shape, path => ModelFile.Open(path));

    /// <summary>One whose answers are read on the engine's thread, as in a worker.</summary>
    internal static ModelFile OpenInline() => Written(Shape, path =>
    {
        using var handle = File.OpenHandle(path);
        return ModelFile.Open([handle], [], inlineEvents: true);
    });

    internal static LoadedDecoder Load(LoadOptions options) => Written(Shape, path => ShippedModel.Load(path, options));

    internal static Tokenizer Tokenizer() => Written(Shape, path =>
    {
        using var file = GgufFile.Open(path);
        return Hearth.Inference.Tokenizers.Tokenizer.Create(file);
    });

    /// <summary>A model file of these bytes.</summary>
    internal static ModelFile Open(ReadOnlySpan<byte> bytes)
    {
        var path = Path.GetTempFileName();
        File.WriteAllBytes(path, bytes);
        return Once(path, p => ModelFile.Open(p));
    }

    static T Written<T>(RandomModel shape, Func<string, T> use)
    {
        var path = Path.GetTempFileName();
        shape.Write(path);
        return Once(path, use);
    }

    /// <summary>A mapped file outlives its path.</summary>
    static T Once<T>(string path, Func<string, T> use)
    {
        try
        {
            return use(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
