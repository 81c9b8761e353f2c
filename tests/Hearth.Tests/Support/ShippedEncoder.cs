using System.Runtime.InteropServices;
using System.Text.Json;

namespace Hearth.Tests.Support;

/// <summary>The sentence encoder that ships, and the vectors that transformers computes with its original weights.</summary>
static class ShippedEncoder
{
    internal const int Width = 384;

    static readonly Lazy<float[]> Numbers = new(() => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Data("vectors.f32"))).ToArray());

    internal static string Path { get; } = Repository.At("models", "all-MiniLM-L6-v2", "all-MiniLM-L6-v2.Q8_0.gguf");

    /// <summary>Texts with the limit of tokens that holds for them, their ids and their vector.</summary>
    internal static List<(string Text, int Limit, int Given, int[] Ids, float[] Vector)> References()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Data("vectors.json")));
        return [.. document.RootElement.GetProperty("items").EnumerateArray().Select(item => (
            item.GetProperty("text").GetString()!, item.GetProperty("limit").GetInt32(), item.GetProperty("tokens_before_truncation").GetInt32(),
            ShippedModel.Ids(item.GetProperty("ids")), Numbers.Value[(item.GetProperty("row").GetInt32() * Width)..][..Width]))];
    }

    internal static double Cosine(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        double xy = 0, xx = 0, yy = 0;
        for (var i = 0; i < x.Length; i++)
            (xy, xx, yy) = (xy + ((double)x[i] * y[i]), xx + ((double)x[i] * x[i]), yy + ((double)y[i] * y[i]));
        return xy / Math.Sqrt(xx * yy);
    }

    static string Data(string name) => Repository.At("tests", "data", "all-MiniLM-L6-v2", name);
}
