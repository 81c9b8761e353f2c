using Hearth.Formats.Gguf;
using Hearth.Tensors.Quantization;
using Hearth.Tests.Support;

namespace Hearth.Tests.Formats.Gguf;

/// <summary>Files that other programs wrote.</summary>
public sealed class RealFilesTests
{
    [Fact]
    public void The_shipped_model_reads_as_its_publisher_wrote_it()
    {
        var path = Directory.GetFiles(Repository.At("models", "SmolLM2-135M-Instruct"), "*.gguf").Single();
        using var file = GgufFile.Open(path);
        Assert.Equal(3, file.Version);
        Assert.Equal("llama", file.Metadata.GetString("general.architecture"));
        Assert.Equal(30u, file.Metadata.GetUInt32("llama.block_count"));
        Assert.Equal(49_152, file.Metadata.GetStrings("tokenizer.ggml.tokens").Count);
        Assert.Equal("<|im_start|>", file.Metadata.GetStrings("tokenizer.ggml.tokens").GetString(1));
        var embedding = file.Find("token_embd.weight");
        Assert.Equal((TensorType.Q8_0, 576L, 49_152L), (embedding!.Type, embedding.RowLength, embedding.Rows));
        Assert.Equal(49_152 * 576 / 32 * 34, embedding.Bytes);
        Assert.Equal(272, file.Tensors.Count);
        Assert.Equal(file.FileBytes, file.Tensors[^1].Offset + file.Tensors[^1].Bytes);
    }

    [Theory]
    [InlineData("architectures")]
    [InlineData("gguf-quantized")]
    [InlineData("tokenizers")]
    public void Every_test_model_opens_and_shows_all_of_its_metadata(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(Repository.Shared("data", folder), "*.gguf", SearchOption.AllDirectories))
        {
            using var file = GgufFile.Open(path);
            Assert.Equal(file.Metadata.Count, file.Metadata.Entries.Count(entry => entry.Display.Length is > 0 and < 300));
            Assert.False(string.IsNullOrEmpty(file.Metadata.GetString("general.architecture")));
        }
    }
}
