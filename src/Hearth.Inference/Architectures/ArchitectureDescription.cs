namespace Hearth.Inference.Architectures;

/// <summary>A decoder architecture as data: under which names a GGUF file keeps what the pass needs.</summary>
/// <param name="Name">The value of <c>general.architecture</c>, which is also the prefix of its keys.</param>
/// <param name="Embedding">Token embeddings.</param>
/// <param name="OutputNorm">The norm before the output matrix.</param>
/// <param name="Output">The output matrix; where a file has none, the embeddings serve.</param>
/// <param name="RotaryFactors">Divisors of the rotary frequencies; optional.</param>
/// <param name="Layer">Names within <c>blk.N.</c></param>
sealed record ArchitectureDescription(
    string Name, string Embedding, string OutputNorm, string Output, string RotaryFactors, LayerDescription Layer)
{
    static readonly Dictionary<string, ArchitectureDescription> Table = new ArchitectureDescription[]
    {
        // RMSNorm, grouped queries, rotary pairs of neighbours, SwiGLU: Llama, Mistral, SmolLM2 and many more (Touvron et al., LLaMA, §2.2).
        new("llama", "token_embd.weight", "output_norm.weight", "output.weight", "rope_freqs.weight", new(
            "attn_norm.weight", "attn_q.weight", "attn_k.weight", "attn_v.weight", "attn_output.weight",
            "ffn_norm.weight", "ffn_gate.weight", "ffn_up.weight", "ffn_down.weight")),
    }.ToDictionary(a => a.Name);

    internal static IEnumerable<string> Names => Table.Keys;

    internal static ArchitectureDescription? Find(string name) => Table.GetValueOrDefault(name);
}

/// <summary>The tensors of a layer.</summary>
sealed record LayerDescription(
    string AttentionNorm, string Query, string Key, string Value, string AttentionOutput, string FeedForwardNorm, string Gate, string Up, string Down);
