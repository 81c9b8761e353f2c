using System.Text;
using Hearth.Formats.Gguf;

namespace Hearth.Inference.Tokenizers;

/// <summary>The special tokens that swallow the white space beside them, which no file says: by the models' names, as llama.cpp does.</summary>
sealed class SpecialTokenSpaces
{
    // Phi 3: after all special tokens but these.
    static readonly string[] PhiExceptions = ["<unk>", "<s>", "<|endoftext|>"];

    readonly HashSet<int> _before = [], _after = [];

    internal SpecialTokenSpaces(GgufMetadata metadata, Vocabulary vocabulary)
    {
        metadata.TryGetString("general.name", out var model);
        metadata.TryGetString("general.architecture", out var architecture);
        metadata.TryGetString("tokenizer.ggml.pre", out var pre);
        metadata.TryGetString("tokenizer.ggml.model", out var kind);
        var isPhi = Contains(model, "phi-3") || Contains(model, "phi3");
        var mask = pre == "modern-bert" ? "[MASK]"
            : kind == "t5" || Contains(pre, "jina-v2") || Contains(pre, "roberta") || architecture is "nomic-bert-moe" or "jina-bert-v3" ? "<mask>"
            : null;
        for (var id = 0; id < vocabulary.Count; id++)
        {
            if (!vocabulary.IsSpecial(id))
                continue;
            var name = Encoding.UTF8.GetString(vocabulary.Bytes(id));
            if (name == mask)
                _before.Add(id);
            if (isPhi && !PhiExceptions.Contains(name))
                _after.Add(id);
        }
    }

    /// <summary>What is left of the text before a special token.</summary>
    internal ReadOnlySpan<char> Before(int token, ReadOnlySpan<char> text) => _before.Contains(token) ? text.TrimEnd() : text;

    /// <summary>What is left of the text after a special token.</summary>
    internal ReadOnlySpan<char> After(int token, ReadOnlySpan<char> text) => _after.Contains(token) ? text.TrimStart() : text;

    static bool Contains(string? name, string part) => name?.Contains(part, StringComparison.OrdinalIgnoreCase) == true;
}
