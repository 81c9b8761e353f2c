using Hearth.Formats.Gguf;
using Hearth.Inference;
using Hearth.Inference.Architectures;
using Hearth.Inference.Tokenizers;
using Hearth.Inference.Tokenizers.PreTokenizers;
using Hearth.Requests;
using Hearth.Requests.Models;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.Architectures;

/// <summary>
/// Files as Ollama's own converter writes them, which names some things otherwise and puts a model of images into the same file: they are the same models.
/// What it writes stands in its repository, llama/compat.
/// </summary>
[Collection("kernels")]
public sealed class OllamaFilesTests : IDisposable
{
    static readonly float[] Numbers = new float[16];

    /// <summary>From what the shared data holds to what Ollama makes of it.</summary>
    static readonly Dictionary<string, (string Folder, Func<string, string?> Key, Func<string, string> Tensor, Action<GgufBuilder> More)> Variants = new()
    {
        ["gemma3 with images"] = ("gemma3", Without("rms_epsilon", "rope.freq_base"), Same, AddImages),
        ["gemma3 with a long context"] = ("gemma3-linear8", Without("rope.scaling", "context_length"), Same, builder => builder.Entry("gemma3.context_length", 131_072u)),
        ["gemma3 of the first converter"] = ("gemma3", Without("rope.freq_base"), Same,
            builder => builder.Entry("gemma3.rope.global.freq_base", 1_000_000f).Entry("gemma3.rope.local.freq_base", 10_000f).Entry("gemma3.final_logit_softcapping", 30f)),
        ["gemma3 with listed windows"] = ("gemma3", Without(), Same, builder => builder.Entry("gemma3.attention.sliding_window_pattern", (bool[])[true, true, true, true, true, false])),
        ["gptoss"] = ("gpt-oss", key => Without("general.architecture", "rope.scaling.type", "feed_forward_length", "yarn_beta")(key)?.Replace("gpt-oss.", "gptoss.", StringComparison.Ordinal),
            name => name.Replace("attn_output", "attn_out", StringComparison.Ordinal).Replace("attn_sinks.weight", "attn_sinks", StringComparison.Ordinal).Replace("post_attention_norm", "ffn_norm", StringComparison.Ordinal),
            builder => builder.Entry("general.architecture", "gptoss")),
        ["lfm2"] = ("lfm2", Without("feed_forward_length"), name => name == "token_embd_norm.weight" ? "output_norm.weight" : name, builder => builder.Entry("lfm2.feed_forward_length", 96u)),
        ["qwen35"] = ("qwen35", Without("head_count_kv", "recurrent_layers"), TimeSteps,
            builder => builder.Entry("qwen35.attention.head_count_kv", (int[])[0, 0, 0, 1]).Tensor("mtp.fc.weight", [4, 4], Numbers).Tensor("v.patch_embed.weight", [4, 4], Numbers)),
        ["qwen35 with listed layers"] = ("qwen35", Without("full_attention_interval"), Same, builder => builder.Entry("qwen35.full_attention_interval", 3u)),
        ["qwen3next"] = ("qwen3next", Without("head_count_kv", "recurrent_layers", "full_attention_interval"), TimeSteps,
            builder => builder.Entry("qwen3next.attention.head_count_kv", (int[])[0, 0, 0, 1]).Entry("qwen3next.full_attention_interval", 2u)),
    };

    readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names => [.. Variants.Keys];

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Names))]
    public void A_file_of_Ollama_s_converter_gives_the_numbers_of_the_original(string name)
    {
        using var reference = new ReferenceModel(Variants[name].Folder, ReferenceModel.Float with { ContextLength = 1024 }, Write(name));
        foreach (var @case in reference.Cases)
            ReferenceModel.AssertClose(reference.Expected(@case), reference.Compute(@case), @case.GetProperty("name").GetString()!);
    }

    [Fact]
    public void Rotary_bases_have_other_names()
    {
        var path = Path.Combine(_folder.Path, "bases.gguf");
        ConvertedCopy.Write(Source("gemma3"), path, Without("rope.freq_base"), more: builder => builder.Entry("gemma3.rope.global.freq_base", 5000f).Entry("gemma3.rope.local.freq_base", 700f));
        using var file = GgufFile.Open(path);
        var shape = DecoderShape.Read(file);
        Assert.Equal((5000d, 700d), (shape.Rotary.Base, shape.WindowRotary!.Base));
    }

    [Fact]
    public void A_list_of_windows_counts_layer_by_layer()
    {
        var path = Path.Combine(_folder.Path, "windows.gguf");
        ConvertedCopy.Write(Source("gemma3"), path, Without(), more: builder => builder.Entry("gemma3.attention.sliding_window_pattern", (bool[])[false, true, true, false, true, true]));
        using var file = GgufFile.Open(path);
        Assert.Equal([false, true, true, false, true, true], DecoderShape.Read(file).LayerShapes.Select(layer => layer.HasWindow));
        ConvertedCopy.Write(Source("gemma3"), path, Without(), more: builder => builder.Entry("gemma3.attention.sliding_window_pattern", (bool[])[true]));
        using var shorter = GgufFile.Open(path);
        Assert.Contains("an array of 1", Assert.Throws<EngineException>(() => DecoderShape.Read(shorter)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_of_images_are_none_of_the_model_s_and_the_inspection_says_that_images_are_not_read()
    {
        await using var file = ModelFile.Open(Write("gemma3 with images", AddImageToken));
        await using var engine = await file.LoadAsync(new LoadOptions { ContextLength = 64 }, null, TestContext.Current.CancellationToken);
        Assert.Equal(288, engine.Model.VocabularySize);
        var inspection = await file.InspectAsync(64, TestContext.Current.CancellationToken);
        Assert.Contains(inspection.Warnings, warning => warning.StartsWith("Tensors of other models in the file (2)", StringComparison.Ordinal));
        Assert.Contains(inspection.Warnings, warning => warning.Contains("that of its family is used", StringComparison.Ordinal));
        using var original = GgufFile.Open(Source("gemma3"));
        Assert.Equal(original.Tensors.Sum(t => t.ElementCount), inspection.ParameterCount);
        Assert.Equal(inspection.ParameterCount, engine.Model.ParameterCount);
        Assert.StartsWith("{{ bos_token }}", inspection.ChatTemplate, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_tokens_than_embeddings_are_refused_where_there_are_no_images()
    {
        var path = Path.Combine(_folder.Path, "surplus.gguf");
        ConvertedCopy.Write(Source("gemma3"), path, Without("tokenizer.ggml.tokens", "tokenizer.ggml.scores", "tokenizer.ggml.token_type"), more: AddImageToken);
        await using var file = ModelFile.Open(path);
        var error = await Assert.ThrowsAsync<EngineException>(() => file.LoadAsync(new LoadOptions { ContextLength = 64 }, null, TestContext.Current.CancellationToken));
        Assert.Contains("289 tokens and embeddings for 288", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_of_nobody_is_refused_as_ever()
    {
        var path = Path.Combine(_folder.Path, "nobody.gguf");
        ConvertedCopy.Write(Source("gemma3"), path, Without(), more: builder => builder.Tensor("vision.weight", [4, 4], Numbers));
        using var file = GgufFile.Open(path);
        Assert.Contains("'vision.weight'", Assert.Throws<EngineException>(() => DecoderShape.Read(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Gemma_puts_no_space_before_a_text_where_the_file_does_not_say()
    {
        var (silent, spoken) = (Path.Combine(_folder.Path, "silent.gguf"), Path.Combine(_folder.Path, "spoken.gguf"));
        ConvertedCopy.Write(Source("gemma3"), silent, Without("add_space_prefix"));
        ConvertedCopy.Write(Source("gemma3"), spoken, Without("add_space_prefix"), more: builder => builder.Entry("tokenizer.ggml.add_space_prefix", false));
        Assert.Equal(Encode(spoken), Encode(silent));
        Assert.NotEqual(Encode(Source("gemma3")), Encode(silent));
    }

    [Theory]
    [InlineData("gptoss", "default", "gpt-4o")]
    [InlineData("lfm2", "default", "lfm2")]
    [InlineData("lfm2", null, "lfm2")]
    [InlineData("lfm2", "qwen2", "qwen2")]
    [InlineData("llama", "default", "default")]
    [InlineData("llama", null, "default")]
    public void The_architecture_tells_the_pre_tokenizer(string architecture, string? name, string expected)
    {
        var builder = new GgufBuilder().Entry("general.architecture", architecture).Entry("tokenizer.ggml.tokens", (string[])["a"]);
        Assert.Same(PreTokenizerTable.ByName[expected], Choose(builder, name, out _));
    }

    [Theory]
    [InlineData(null, "llama-bpe")]
    [InlineData("default", "llama-bpe")]
    [InlineData("qwen2", "qwen2")]
    public void The_vocabulary_of_Llama_3_tells_its_pre_tokenizer(string? name, string expected)
    {
        string[] tokens = [.. Enumerable.Range(0, 128_009).Select(_ => "a"), "<|eot_id|>"];
        Assert.Same(PreTokenizerTable.ByName[expected], Choose(new GgufBuilder().Entry("general.architecture", "llama").Entry("tokenizer.ggml.tokens", tokens), name, out var warning));
        Assert.Null(warning);
        Assert.Same(PreTokenizerTable.Default, Choose(new GgufBuilder().Entry("tokenizer.ggml.tokens", tokens[1..]), null, out warning));
        Assert.NotNull(warning);
    }

    static PreTokenizer Choose(GgufBuilder builder, string? name, out string? warning)
    {
        if (name is not null)
            builder.Entry("tokenizer.ggml.pre", name);
        using var file = builder.Open();
        return PreTokenizer.Choose(file.Metadata, VocabularyReader.Read(file.Metadata, VocabularyReader.WriteByteLevel, int.MaxValue), out warning);
    }

    static string Same(string name) => name;

    static string TimeSteps(string name) => name.Replace("ssm_dt.bias", "ssm_dt", StringComparison.Ordinal);

    static Func<string, string?> Without(params string[] parts) => key => parts.Any(part => key.Contains(part, StringComparison.Ordinal)) ? null : key;

    static void AddImages(GgufBuilder builder)
        => builder.Entry("gemma3.vision.block_count", 1u).Entry("gemma3.mm.tokens_per_image", 256u).Tensor("v.blk.0.attn_q.weight", [4, 4], Numbers).Tensor("mm.mm_soft_emb_norm.weight", [16], Numbers);

    /// <summary>The vocabulary with one token more.</summary>
    static void AddImageToken(GgufBuilder builder)
    {
        using var file = GgufFile.Open(Source("gemma3"));
        var tokens = file.Metadata.GetStrings("tokenizer.ggml.tokens");
        builder.Entry("tokenizer.ggml.tokens", (byte[][])[.. Enumerable.Range(0, tokens.Count).Select(id => tokens[id].ToArray()), "<image_soft_token>"u8.ToArray()])
            .Entry("tokenizer.ggml.scores", (float[])[.. file.Metadata.GetFloat32s("tokenizer.ggml.scores"), 0])
            .Entry("tokenizer.ggml.token_type", (int[])[.. file.Metadata.GetInt32s("tokenizer.ggml.token_type"), 4]);
    }

    string Write(string name, Action<GgufBuilder>? vocabulary = null)
    {
        var (folder, key, tensor, more) = Variants[name];
        var path = Path.Combine(_folder.Path, "model.gguf");
        ConvertedCopy.Write(Source(folder), path, vocabulary is null ? key : k => Without("tokenizer.ggml.tokens", "tokenizer.ggml.scores", "tokenizer.ggml.token_type")(k) is { } kept ? key(kept) : null, tensor, builder =>
        {
            vocabulary?.Invoke(builder);
            more(builder);
        });
        return path;
    }

    static List<int> Encode(string path)
    {
        using var file = GgufFile.Open(path);
        var tokens = new List<int>();
        Tokenizer.Create(file).Encode("It's 12345", parseSpecial: false, tokens);
        return tokens;
    }

    static string Source(string folder) => Path.Combine(Repository.Shared("data", "architectures", folder), "model.gguf");
}
