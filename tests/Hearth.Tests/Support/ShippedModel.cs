using System.Runtime.InteropServices;
using System.Text.Json;
using Hearth.Formats.Gguf;
using Hearth.Inference.Architectures;
using Hearth.Inference.KvCache;
using Hearth.Requests.Models;

namespace Hearth.Tests.Support;

/// <summary>The model that ships and what an independent implementation computes with it.</summary>
static class ShippedModel
{
    internal static string Path { get; } = Repository.At("models", "SmolLM2-135M-Instruct", "SmolLM2-135M-Instruct.Q4_1.gguf");

    internal static JsonElement Reference(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Repository.At("tests", "data", "SmolLM2-135M-Instruct", name)));
        return document.RootElement.Clone();
    }

    internal static float[] ReferenceNumbers(string name)
        => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Repository.At("tests", "data", "SmolLM2-135M-Instruct", name))).ToArray();

    internal static LoadedDecoder Load(LoadOptions options) => Load(Path, options);

    internal static LoadedDecoder Load(string path, LoadOptions options)
    {
        using var file = GgufFile.Open(path);
        return LoadedDecoder.Load(file, options, null, CancellationToken.None);
    }

    internal static int[] Ids(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetInt32())];

    /// <summary>Computes a prompt in chunks and gives the logits of its last position.</summary>
    internal static float[] LastLogits(LoadedDecoder model, ReadOnlySpan<int> tokens, int chunk = LoadedDecoder.MaxRows)
    {
        var sequence = new CachedSequence(model.Pool, model.ContextLength);
        var batch = new Batch(LoadedDecoder.MaxRows, LoadedDecoder.MaxLogits);
        for (var at = 0; at < tokens.Length; at += chunk)
        {
            var part = tokens.Slice(at, Math.Min(chunk, tokens.Length - at));
            sequence.Append(part);
            batch.Clear();
            batch.Add(sequence, part.Length, LogitsWanted.Last);
            model.Decoder.Forward(batch);
        }

        sequence.Truncate(0);
        return model.Decoder.Logits.Row(0).ToArray();
    }

    internal static double RelativeError(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        double error = 0, size = 0;
        for (var i = 0; i < expected.Length; i++)
            (error, size) = (error + Math.Pow((double)actual[i] - expected[i], 2), size + Math.Pow(expected[i], 2));
        return Math.Sqrt(error / size);
    }
}
