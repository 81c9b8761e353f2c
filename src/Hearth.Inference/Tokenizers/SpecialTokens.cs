using System.Text;
using Hearth.Formats.Gguf;

namespace Hearth.Inference.Tokenizers;

/// <summary>The tokens that begin and end texts and turns.</summary>
sealed class SpecialTokens
{
    static readonly string[] EndKeys = ["tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id"];

    // A file names one end of text, but models also end a turn or a message with others.
    static readonly string[] EndNames =
    [
        "<|endoftext|>", "<|end_of_text|>", "<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<|end|>", "<|return|>", "<|call|>", "<end_of_turn>", "<|EOT|>",
        "<|END_OF_TURN_TOKEN|>", "<|end_of_turn|>", "<|end_of_role|>", "<｜end▁of▁sentence｜>", "<|endofturn|>",
    ];

    readonly HashSet<int> _ends = [];

    internal SpecialTokens(GgufMetadata metadata, Vocabulary vocabulary, bool addBosByDefault)
    {
        Bos = Id(metadata, vocabulary, "tokenizer.ggml.bos_token_id");
        EndOfText = Id(metadata, vocabulary, EndKeys[0]);
        foreach (var key in EndKeys)
        {
            if (Id(metadata, vocabulary, key) is { } id)
                _ends.Add(id);
        }

        for (var id = 0; id < vocabulary.Count; id++)
        {
            if (vocabulary.Type(id) is TokenType.Control or TokenType.UserDefined && IsEndName(vocabulary.Bytes(id)))
                _ends.Add(id);
        }

        AddBos = (metadata.TryGetBool("tokenizer.ggml.add_bos_token", out var addBos) ? addBos : addBosByDefault) && Bos is not null;
    }

    /// <summary>The token that begins a text, or null.</summary>
    internal int? Bos { get; }

    /// <summary>The token that the file names as end of text, or null.</summary>
    internal int? EndOfText { get; }

    /// <summary>True: a text without template begins with <see cref="Bos"/>.</summary>
    internal bool AddBos { get; }

    /// <summary>All tokens that end a text, a turn or a message, ascending.</summary>
    internal IReadOnlyList<int> Ends => [.. _ends.Order()];

    /// <summary>True for a token that ends an answer.</summary>
    internal bool IsEnd(int id) => _ends.Contains(id);

    /// <summary>True for names that no model uses for anything but structure.</summary>
    internal static bool IsControlName(ReadOnlySpan<byte> name) => IsEndName(name) || name.SequenceEqual("<|im_start|>"u8);

    static bool IsEndName(ReadOnlySpan<byte> name) => name.Length is > 4 and < 64 && name[0] == '<' && EndNames.Contains(Encoding.UTF8.GetString(name));

    static int? Id(GgufMetadata metadata, Vocabulary vocabulary, string key)
    {
        if (!metadata.TryGetUInt32(key, out var id) || id == uint.MaxValue)
            return null;
        return id < vocabulary.Count ? (int)id : throw ModelError.Invalid($"{key} is {id}.", $"a token from 0 to {vocabulary.Count - 1}");
    }
}
