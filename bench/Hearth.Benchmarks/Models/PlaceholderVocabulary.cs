using System.Globalization;
using System.Text;

namespace Hearth.Benchmarks.Models;

/// <summary>A byte-level vocabulary that loaders accept: every byte, one merge, fillers, and two control tokens.</summary>
static class PlaceholderVocabulary
{
    const int Normal = 1, Control = 3;

    internal static void AddTo(GgufWriter file, int size)
    {
        var bytes = ByteTokens();
        string[] tokens =
        [
            .. bytes, "th",
            .. Enumerable.Range(bytes.Length + 1, size - bytes.Length - 3).Select(i => string.Create(CultureInfo.InvariantCulture, $"filler{i}")),
            "<|begin_of_text|>", "<|end_of_text|>",
        ];
        file.Add("tokenizer.ggml.model", "gpt2");
        file.Add("tokenizer.ggml.pre", "llama-bpe");
        file.Add("tokenizer.ggml.tokens", tokens);
        file.Add("tokenizer.ggml.token_type", [.. tokens.Select((_, i) => i < size - 2 ? Normal : Control)]);
        file.Add("tokenizer.ggml.merges", ["t h"]);
        file.Add("tokenizer.ggml.bos_token_id", (uint)size - 2);
        file.Add("tokenizer.ggml.eos_token_id", (uint)size - 1);
        file.Add("tokenizer.ggml.add_bos_token", false);
    }

    /// <summary>GPT-2's printable stand-in for each byte: itself where it is a visible character of Latin-1, else the next free one from U+0100.</summary>
    static string[] ByteTokens()
    {
        var next = 0x100;
        return [.. Enumerable.Range(0, 256).Select(b => new Rune(b is (>= 33 and <= 126) or (>= 161 and <= 172) or >= 174 ? b : next++).ToString())];
    }
}
