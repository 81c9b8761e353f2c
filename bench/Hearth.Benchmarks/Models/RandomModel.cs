namespace Hearth.Benchmarks.Models;

/// <summary>A llama model with random weights: as large as wanted, free of licences, and as fast or slow as a trained one of its shape.</summary>
sealed record RandomModel(int Layers, int Width, int Heads, int KvHeads, int HeadWidth, int FeedForward, int Vocabulary, float RopeBase)
{
    /// <summary>The shape of Llama 3.2 1B, whose head is the embedding too.</summary>
    internal static RandomModel Llama1B { get; } = new(16, 2048, 32, 8, 64, 8192, 128_256, 500_000);

    internal static async Task<bool> RunAsync(Arguments arguments)
    {
        var path = arguments.Text("--output", "");
        arguments.ExpectNoMore();
        if (path.Length == 0)
            throw new ArgumentException("write-model needs --output FILE.");
        await Task.Run(() => Llama1B.Write(path));
        return true;
    }

    /// <summary>Writes the model in F16 (norms in F32, all ones).</summary>
    internal void Write(string path)
    {
        var tensors = Tensors().ToArray();
        using var header = new GgufWriter();
        AddMetadata(header);
        foreach (var tensor in tensors)
            header.Add(tensor);
        using var output = File.Create(path);
        header.WriteHeader(output);
        for (var i = 0; i < tensors.Length; i++)
            tensors[i].WriteTo(output, (ulong)i + 1);
    }

    void AddMetadata(GgufWriter file)
    {
        file.Add("general.architecture", "llama");
        file.Add("general.name", "random weights");
        file.Add("general.file_type", 1);
        file.Add("general.quantization_version", 2);
        file.Add("llama.block_count", (uint)Layers);
        file.Add("llama.context_length", 8192);
        file.Add("llama.embedding_length", (uint)Width);
        file.Add("llama.feed_forward_length", (uint)FeedForward);
        file.Add("llama.attention.head_count", (uint)Heads);
        file.Add("llama.attention.head_count_kv", (uint)KvHeads);
        file.Add("llama.attention.layer_norm_rms_epsilon", 1e-5f);
        file.Add("llama.rope.freq_base", RopeBase);
        file.Add("llama.rope.dimension_count", (uint)HeadWidth);
        file.Add("llama.vocab_size", (uint)Vocabulary);
        PlaceholderVocabulary.AddTo(file, Vocabulary);
    }

    IEnumerable<RandomTensor> Tensors()
    {
        yield return new("token_embd.weight", Width, Vocabulary);
        for (var layer = 0; layer < Layers; layer++)
        {
            yield return new($"blk.{layer}.attn_norm.weight", Width);
            yield return new($"blk.{layer}.attn_q.weight", Width, Heads * HeadWidth);
            yield return new($"blk.{layer}.attn_k.weight", Width, KvHeads * HeadWidth);
            yield return new($"blk.{layer}.attn_v.weight", Width, KvHeads * HeadWidth);
            yield return new($"blk.{layer}.attn_output.weight", Heads * HeadWidth, Width);
            yield return new($"blk.{layer}.ffn_norm.weight", Width);
            yield return new($"blk.{layer}.ffn_gate.weight", Width, FeedForward);
            yield return new($"blk.{layer}.ffn_up.weight", Width, FeedForward);
            yield return new($"blk.{layer}.ffn_down.weight", FeedForward, Width);
        }

        yield return new("output_norm.weight", Width);
    }
}
