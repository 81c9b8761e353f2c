using System.Buffers.Binary;
using Hearth.Tensors.Quantization;
using Hearth.Tests.Support;

namespace Hearth.Tests.Formats.Gguf;

/// <summary>The small files that fuzzing starts from. <c>GOLDEN=write</c> writes them.</summary>
public sealed class FuzzSeedTests
{
    static readonly Dictionary<string, GgufBuilder> Seeds = new()
    {
        ["seed-empty"] = new(),
        ["seed-alignment"] = new GgufBuilder().Alignment(16),
        ["seed-tensor"] = new GgufBuilder().Tensor("t", TensorType.I8, [2], new byte[2]),
        ["seed-version-2"] = new GgufBuilder().Version(2).Entry("general.name", "two").Tensor("a", [2], 1, 2),
        ["seed-numbers"] = new GgufBuilder().Entry("a", (byte)1).Entry("b", (sbyte)-1).Entry("c", (ushort)2).Entry("d", (short)-2).Entry("e", 3u)
            .Entry("f", -3).Entry("g", 0.5f).Entry("h", true).Entry("i", 4ul).Entry("j", -4L).Entry("k", 0.25),
        ["seed-arrays"] = new GgufBuilder().Entry("tokenizer.ggml.tokens", (string[])["<s>", "", "ab", "é"]).Entry("tokenizer.ggml.scores", (float[])[0, -1, -2])
            .Entry("tokenizer.ggml.token_type", (int[])[3, 1, 1]).Entry("x", (bool[])[true, false]).Entry("y", (ushort[])[1, 2]).Entry("z", (double[])[1]),
        ["seed-nested"] = new GgufBuilder().Entry("n", (object[])[(int[])[1, 2], (string[])["a"], (object[])[(byte[][])[]], Array.Empty<ulong>()]),
        ["seed-tensors"] = new GgufBuilder().Alignment(8).Entry("general.architecture", "llama").Tensor("token_embd.weight", [4, 2], 1, 2, 3, 4, 5, 6, 7, 8)
            .Tensor("blk.0.attn_q.weight", TensorType.Q4_1, [32, 1, 1, 2], new byte[40]).Tensor("blk.0.attn_k.weight", TensorType.Q8_0, [32, 2, 1], new byte[68])
            .Tensor("scale", TensorType.F16, [], new byte[2]),
        ["seed-blocks"] = new GgufBuilder().Alignment(1).Tensor("q", TensorType.Q6_K, [256], new byte[210]).Tensor("i", TensorType.I8, [3], new byte[3])
            .Tensor("f", TensorType.MXFP4, [32], new byte[17]),
    };

    static readonly Dictionary<string, (GgufBuilder First, GgufBuilder Second)> SplitSeeds = new()
    {
        ["seed-two"] = (Part(0).Entry("general.name", "two").Tensor("a", [2], 1, 2), Part(1).Tensor("b", [1], 3)),
        ["seed-alignments"] = (Part(0).Alignment(16).Tensor("a", [2], 1, 2), Part(1).Alignment(64).Tensor("b", [1], 3)),
        ["seed-same-name"] = (Part(0).Tensor("a", [2], 1, 2), Part(1).Tensor("a", [1], 3)),
        ["seed-wrong-order"] = (Part(1).Tensor("a", [2], 1, 2), Part(0).Tensor("b", [1], 3)),
    };

    public static TheoryData<string> Names => [.. Seeds.Keys];

    public static TheoryData<string> SplitNames => [.. SplitSeeds.Keys];

    static GgufBuilder Part(ushort number) => new GgufBuilder().Entry("split.no", number).Entry("split.count", (ushort)2).Entry("split.tensors.count", 2);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_seed_opens_and_is_the_kept_file(string name)
    {
        var bytes = Seeds[name].Build();
        using (GgufBuilder.Open(bytes))
        {
        }

        IsKept("gguf", name, bytes);
    }

    [Theory]
    [MemberData(nameof(SplitNames))]
    public void A_seed_of_two_files_is_the_kept_one(string name)
    {
        var (first, second) = (SplitSeeds[name].First.Build(), SplitSeeds[name].Second.Build());
        var length = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)first.Length);
        IsKept("gguf-split", name, [.. length, .. first, .. second]);
    }

    static void IsKept(string target, string name, byte[] bytes)
    {
        var path = Repository.At("tests", "Hearth.Fuzz", "corpus", target, name);
        if (Environment.GetEnvironmentVariable("GOLDEN") == "write")
            File.WriteAllBytes(path, bytes);
        Assert.Equal(File.ReadAllBytes(path), bytes);
    }
}
