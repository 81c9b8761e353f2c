using System.Globalization;

namespace Hearth.Inference.Generation;

/// <summary>How long the texts are that sentence encoders were trained for, where that is less than their positions.</summary>
/// <remarks>
/// It stands in sentence_bert_config.json (max_seq_length), for which GGUF has no key, so the models are known by name. A longer text gets a vector too,
/// but a worse one, and another one than the published pipeline gives.
/// </remarks>
static class EmbeddingLimits
{
    static readonly Dictionary<string, int> ByName = new()
    {
        ["all-minilm-l6-v2"] = 256,
        ["all-minilm-l12-v2"] = 128,
        ["all-mpnet-base-v2"] = 384,
        ["all-distilroberta-v1"] = 512,
        ["paraphrase-minilm-l6-v2"] = 128,
        ["paraphrase-multilingual-minilm-l12-v2"] = 128,
    };

    /// <param name="name">What the file says in <c>general.name</c>, or null.</param>
    /// <param name="positions">What the model has room for.</param>
    internal static int For(string? name, int positions)
        => Math.Min(positions, ByName.GetValueOrDefault((name ?? "").ToLower(CultureInfo.InvariantCulture).Replace(' ', '-'), int.MaxValue));
}
