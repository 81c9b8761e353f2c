using Hearth.Formats.Gguf;
using Hearth.Tensors.Quantization;

namespace Hearth.Tests.Support;

/// <summary>A copy of a tiny model whose matrices are stored as Q8_0, so that activations are quantized, too. The vocabulary is left out.</summary>
static class QuantizedCopy
{
    /// <param name="path">The model.</param>
    /// <param name="changed">A key whose value is replaced, or null.</param>
    /// <param name="replacement">By what.</param>
    internal static GgufFile Of(string path, string? changed = null, object? replacement = null)
    {
        using var file = GgufFile.Open(path);
        var builder = new GgufBuilder();
        foreach (var entry in file.Metadata.Entries.Where(e => !e.Key.StartsWith("tokenizer.", StringComparison.Ordinal)))
        {
            if ((entry.Key == changed ? replacement : Value(file.Metadata, entry.Key)) is { } value)
                builder.Entry(entry.Key, value);
        }

        foreach (var tensor in file.Tensors)
        {
            var numbers = new float[tensor.ElementCount];
            WeightMatrix.Decode(tensor.Type, tensor.File.Slice(tensor.Offset, (int)tensor.Bytes), numbers);
            var isMatrix = tensor.Shape.Count > 1 && tensor.RowLength % 32 == 0 && tensor.Name.EndsWith(".weight", StringComparison.Ordinal);
            if (isMatrix && !tensor.Name.Contains("ffn_gate_inp", StringComparison.Ordinal))
                builder.Tensor(tensor.Name, TensorType.Q8_0, [.. tensor.Shape], Quantize(numbers));
            else
                builder.Tensor(tensor.Name, [.. tensor.Shape], numbers);
        }

        return builder.Open();
    }

    static object? Value(GgufMetadata metadata, string key) => metadata.TypeOf(key) switch
    {
        GgufValueType.U32 => metadata.GetUInt32(key),
        GgufValueType.F32 => metadata.GetFloat32(key),
        GgufValueType.Bool => metadata.TryGetBool(key, out var flag) ? flag : null,
        GgufValueType.Str => metadata.GetString(key),
        GgufValueType.Array when key.Contains("head_count_kv", StringComparison.Ordinal) || key.Contains("dimension_sections", StringComparison.Ordinal) => metadata.GetInt32s(key),
        _ => null,
    };

    static byte[] Quantize(float[] numbers)
    {
        var bytes = new byte[numbers.Length / 32 * 34];
        for (var b = 0; b < numbers.Length / 32; b++)
        {
            var block = numbers.AsSpan(b * 32, 32);
            var scale = (Half)(block.ToArray().Max(Math.Abs) / 127);
            BitConverter.TryWriteBytes(bytes.AsSpan(b * 34), scale);
            for (var i = 0; i < 32; i++)
                bytes[(b * 34) + 2 + i] = unchecked((byte)(sbyte)Math.Clamp(MathF.Round((float)scale == 0 ? 0 : block[i] / (float)scale), -127, 127));
        }

        return bytes;
    }
}
