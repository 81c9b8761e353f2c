using System.Globalization;
using System.Text;
using Hearth.Formats.Gguf;
using Hearth.Inference.Architectures;
using Hearth.Requests.Models;
using Hearth.Tensors.Kernels;
using Hearth.Tensors.Quantization;
using Hearth.Tests.Support;
using Hearth.Tests.Tensors.Kernels;

namespace Hearth.Tests.Inference.Architectures;

/// <summary>Small models of random weights, one of each tensor type: the same logits on every path, in all chunks and companies.</summary>
[Collection("kernels")]
public sealed class QuantizedModelTests
{
    const int Width = 256, KvWidth = 128, FeedForward = 1536, Vocabulary = 512, Length = 70;

    public static TheoryData<string> Paths => [.. KernelPaths.Available];

    [Theory, MemberData(nameof(Paths))]
    public void All_logits_of_every_type_have_the_digest_on_file_on_every_path(string path)
    {
        var lines = new StringBuilder();
        foreach (var type in WeightFormat.Types)
        {
            using var file = Random(type);
            using var model = LoadedDecoder.Load(file, new() { ContextLength = 1024, InstructionSet = path }, null, CancellationToken.None);
            Assert.Equal(path, model.Kernels.Name);
            var tokens = Tokens();
            var digest = NumericProfileTests.Digest(model, tokens, 64, 0);
            // The scalar definition takes seconds for a pass: one is enough for it.
            foreach (var (chunk, mates) in path == "scalar" ? [] : ((int, int)[])[(1, 0), (3, 1)])
                Assert.Equal(digest, NumericProfileTests.Digest(model, tokens, chunk, mates));
            lines.Append(CultureInfo.InvariantCulture, $"{type} {digest}\n");
        }

        Golden.Matches(lines.ToString(), "logits.sha256");
    }

    [Fact]
    public void Logits_are_near_those_of_float_activations()
    {
        foreach (var type in WeightFormat.Types)
        {
            using var file = Random(type);
            using var model = LoadedDecoder.Load(file, new() { ContextLength = 1024 }, null, CancellationToken.None);
            using var reference = LoadedDecoder.Load(file, new() { ContextLength = 1024, Activations = ActivationType.Float }, null, CancellationToken.None);
            var error = ShippedModel.RelativeError(ShippedModel.LastLogits(reference, Tokens()), ShippedModel.LastLogits(model, Tokens()));
            Assert.True(error < 0.03, $"{type}: relative error {error:R}");
        }
    }

    [Fact]
    public void A_type_without_a_definition_is_refused_by_name_and_the_others_are_listed()
    {
        using var file = Random(TensorType.Q4_0, TensorType.IQ2_XS);
        var refused = Assert.Throws<Hearth.Requests.EngineException>(() => LoadedDecoder.Load(file, new(), null, CancellationToken.None));
        Assert.Contains("IQ2_XS", refused.Message, StringComparison.Ordinal);
        Assert.Contains("MXFP4", refused.ToString() + refused.Expected, StringComparison.Ordinal);
    }

    static int[] Tokens() => [.. Enumerable.Range(0, Length).Select(i => ((i * 37) + 5) % Vocabulary)];

    static GgufFile Random(TensorType type, TensorType? last = null)
    {
        var builder = new GgufBuilder()
            .Entry("general.architecture", "llama").Entry("llama.block_count", 1u).Entry("llama.context_length", 2048u)
            .Entry("llama.embedding_length", (uint)Width).Entry("llama.feed_forward_length", (uint)FeedForward)
            .Entry("llama.attention.head_count", 4u).Entry("llama.attention.head_count_kv", 2u).Entry("llama.attention.layer_norm_rms_epsilon", 1e-5f);
        var seed = 0;
        Matrix("token_embd", Width, Vocabulary, type);
        Norm("output_norm");
        Norm("blk.0.attn_norm");
        Norm("blk.0.ffn_norm");
        Matrix("blk.0.attn_q", Width, Width, type);
        Matrix("blk.0.attn_k", Width, KvWidth, type);
        Matrix("blk.0.attn_v", Width, KvWidth, type);
        Matrix("blk.0.attn_output", Width, Width, type);
        Matrix("blk.0.ffn_gate", Width, FeedForward, type);
        Matrix("blk.0.ffn_up", Width, FeedForward, type);
        Matrix("blk.0.ffn_down", FeedForward, Width, last ?? type);
        return builder.Open();

        void Norm(string name) => builder.Tensor(name + ".weight", [Width], [.. Enumerable.Repeat(1f, Width)]);

        void Matrix(string name, int columns, int rows, TensorType stored)
        {
            Assert.True(TensorTypes.TryGetBlock(stored, out var block));
            var data = WeightMatrix.Supports(stored)
                ? KernelRig.RandomRows(stored, rows, columns, ++seed)
                : new byte[rows * columns / block.Elements * block.Bytes];
            builder.Tensor(name + ".weight", stored, [columns, rows], data);
        }
    }
}
