using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Hearth.Formats.Gguf;
using Hearth.Tensors.Quantization;
using Hearth.Tests.Support;
using Hearth.Tests.Tensors.Kernels;

namespace Hearth.Tests.Tensors.Quantization;

/// <summary>Every tensor of the quantized test models to the bits that ggml gives: by the definitions, and row by row after repacking, as an embedding is looked up.</summary>
public sealed class DequantizedTests
{
    public static TheoryData<TensorType> Types => [.. WeightFormat.Types.Where(type => type is not (TensorType.F32 or TensorType.F16))];

    [Theory, MemberData(nameof(Types))]
    public void All_tensors_have_the_digests_on_file(TensorType type)
    {
        using var expected = JsonDocument.Parse(File.ReadAllBytes(Repository.Shared("data", "gguf-quantized", "dequantized.json")));
        using var file = GgufFile.Open(Repository.Shared("data", "gguf-quantized", $"tiny-{type}.gguf"));
        var digests = expected.RootElement.GetProperty($"tiny-{type}.gguf");
        Assert.Equal(file.Tensors.Count, digests.EnumerateObject().Count());
        Assert.Contains(file.Tensors, tensor => tensor.Type == type);
        foreach (var tensor in file.Tensors)
        {
            var digest = digests.GetProperty(tensor.Name).GetProperty("sha256_f32").GetString();
            var data = tensor.File.Slice(tensor.Offset, (int)tensor.Bytes).ToArray();
            var numbers = new float[tensor.ElementCount];
            WeightMatrix.Decode(tensor.Type, data, numbers);
            Assert.Equal(digest, Digest(numbers));
            Assert.Equal(digest, Digest(Rows(tensor, data)));
        }
    }

    [Theory, MemberData(nameof(Types))]
    public void One_tensor_has_the_numbers_on_file(TensorType type)
    {
        var expected = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Repository.Shared("data", "gguf-quantized", $"tiny-{type}.attn_k.f32"))).ToArray();
        using var file = GgufFile.Open(Repository.Shared("data", "gguf-quantized", $"tiny-{type}.gguf"));
        var tensor = file.Find("blk.0.attn_k.weight")!;
        KernelRig.SameBits(expected, Rows(tensor, tensor.File.Slice(tensor.Offset, (int)tensor.Bytes).ToArray()), tensor.Name);
    }

    static float[] Rows(GgufTensor tensor, byte[] data)
    {
        using var matrix = KernelRig.Matrix(tensor.Type, data, (int)tensor.Rows, (int)tensor.RowLength);
        var numbers = new float[tensor.ElementCount];
        for (var r = 0; r < (int)tensor.Rows; r++)
            matrix.DecodeRow(r, numbers.AsSpan(r * matrix.Columns, matrix.Columns));
        return numbers;
    }

    static string Digest(float[] numbers) => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<float>(numbers)));
}
