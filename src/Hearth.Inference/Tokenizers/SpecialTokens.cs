using System.Text;
using Hearth.Formats.Gguf;

namespace Hearth.Inference.Tokenizers;

/// <summary>What is put around a text where the file does not say.</summary>
/// <param name="AddBos">The beginning.</param>
/// <param name="AddEos">The end of text.</param>
/// <param name="AddSeparator">The separator.</param>
/// <param name="Unknown">The token of what the vocabulary cannot express, or null.</param>
readonly record struct SequenceDefaults(bool AddBos = false, bool AddEos = false, bool AddSeparator = false, int? Unknown = null);

/// <summary>The tokens that begin and end texts and turns.</summary>
sealed class SpecialTokens
{
    static readonly string[] EndKeys = ["tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id"];

    // A file names one end of text, but models also end a turn or a message with others.
    static readonly string[] EndNames =
    [
        "<|endoftext|>", "<|end_of_text|>", "<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<|end|>", "<|return|>", "<|call|>", "<|calls|>", "<|flush|>",
        "<end_of_turn>", "<|EOT|>", "<EOT>", "_<EOT>", "[EOT]", "[EOS]", "<turn|>", "<|tool_response>", "<end_of_utterance>", "<|END_OF_TURN_TOKEN|>",
        "<|end_of_turn|>", "<|end_of_role|>", "<｜end▁of▁sentence｜>", "<|endofturn|>",
    ];

    // In vocabularies that have one of these, <|end|> ends a part of an answer, such as its reasoning, and the answer goes on.
    static readonly string[] EndsOfAnswers = ["<|return|>", "<|flush|>"];

    readonly HashSet<int> _ends = [];
    readonly Vocabulary _vocabulary;

    internal SpecialTokens(GgufMetadata metadata, Vocabulary vocabulary, SequenceDefaults defaults)
    {
        _vocabulary = vocabulary;
        Unknown = defaults.Unknown;
        Bos = Id(metadata, vocabulary, "tokenizer.ggml.cls_token_id") ?? Id(metadata, vocabulary, "tokenizer.ggml.bos_token_id");
        EndOfText = Id(metadata, vocabulary, EndKeys[0]);
        // The key is really spelt so.
        Separator = Id(metadata, vocabulary, "tokenizer.ggml.seperator_token_id");
        foreach (var key in EndKeys)
        {
            if (Id(metadata, vocabulary, key) is { } id)
                _ends.Add(id);
        }

        FindNamedEnds(vocabulary);
        AddBos = Flag("tokenizer.ggml.add_bos_token", defaults.AddBos) && Bos is not null;
        AddSeparator = Flag("tokenizer.ggml.add_sep_token", defaults.AddSeparator) && Separator is not null;
        AddEos = !AddSeparator && Flag("tokenizer.ggml.add_eos_token", defaults.AddEos) && EndOfText is not null;

        bool Flag(string key, bool otherwise) => metadata.TryGetBool(key, out var flag) ? flag : otherwise;
    }

    /// <summary>The token that begins a text, or null.</summary>
    internal int? Bos { get; }

    /// <summary>The token that the file names as end of text, or null.</summary>
    internal int? EndOfText { get; }

    /// <summary>True: a text without template begins with <see cref="Bos"/>.</summary>
    internal bool AddBos { get; }

    /// <summary>The token of what the vocabulary cannot express, or null.</summary>
    internal int? Unknown { get; }

    /// <summary>The token between two texts and after the last one, or null.</summary>
    internal int? Separator { get; }

    /// <summary>True: a text for an encoder ends with <see cref="Separator"/>.</summary>
    internal bool AddSeparator { get; }

    /// <summary>True: a text for an encoder ends with <see cref="EndOfText"/>.</summary>
    internal bool AddEos { get; }

    /// <summary>All tokens that end a text, a turn or a message, ascending.</summary>
    internal IReadOnlyList<int> Ends => [.. _ends.Order()];

    /// <summary>True for a token that ends an answer.</summary>
    internal bool IsEnd(int id) => _ends.Contains(id);

    /// <summary>True for a token that only structures a text.</summary>
    internal bool IsControl(int id) => _vocabulary.IsControl(id);

    /// <summary>True for the token of what the vocabulary cannot express.</summary>
    internal bool IsUnknown(int id) => _vocabulary.Type(id) == TokenType.Unknown || id == Unknown;

    /// <summary>True for names that no model uses for anything but structure.</summary>
    internal static bool IsControlName(ReadOnlySpan<byte> name) => IsEndName(name) || name.SequenceEqual("<|im_start|>"u8);

    void FindNamedEnds(Vocabulary vocabulary)
    {
        var (end, endsAnswers) = (-1, false);
        for (var id = 0; id < vocabulary.Count; id++)
        {
            if (!vocabulary.IsSpecial(id) || !IsEndName(vocabulary.Bytes(id)))
                continue;
            _ends.Add(id);
            var name = Encoding.UTF8.GetString(vocabulary.Bytes(id));
            end = name == "<|end|>" ? id : end;
            endsAnswers |= EndsOfAnswers.Contains(name);
        }

        if (endsAnswers)
            _ends.Remove(end);
    }

    static bool IsEndName(ReadOnlySpan<byte> name) => name.Length is > 4 and < 64 && name[0] is (byte)'<' or (byte)'[' or (byte)'_' && EndNames.Contains(Encoding.UTF8.GetString(name));

    /// <summary>The token that a key names, or null where it is absent.</summary>
    internal static int? Id(GgufMetadata metadata, Vocabulary vocabulary, string key)
    {
        if (!metadata.TryGetUInt32(key, out var id) || id == uint.MaxValue)
            return null;
        return id < vocabulary.Count ? (int)id : throw ModelError.Invalid($"{key} is {id}.", $"a token from 0 to {vocabulary.Count - 1}");
    }
}
