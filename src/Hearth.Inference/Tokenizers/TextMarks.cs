using Hearth.Formats.Gguf;

namespace Hearth.Inference.Tokenizers;

/// <summary>How a file wants spaces and unknown characters to be treated.</summary>
/// <param name="AddSpacePrefix">True: a text, and what follows a special token, begins with a space that is not in it.</param>
/// <param name="MergeSpaces">True: runs of spaces count as one, and those at the ends not at all.</param>
/// <param name="Unknown">The token for what the vocabulary cannot express, or null.</param>
sealed record TextMarks(bool AddSpacePrefix, bool MergeSpaces, int? Unknown)
{
    internal static TextMarks Read(GgufMetadata metadata, Vocabulary vocabulary, bool addSpacePrefix, int unknown) => new(
        metadata.TryGetBool("tokenizer.ggml.add_space_prefix", out var add) ? add : addSpacePrefix,
        metadata.TryGetBool("tokenizer.ggml.remove_extra_whitespaces", out var remove) && remove,
        SpecialTokens.Id(metadata, vocabulary, "tokenizer.ggml.unknown_token_id") ?? (unknown < vocabulary.Count ? unknown : null));
}
