namespace Hearth.Inference.Tokenizers;

/// <summary>One kind of tokenizer: plain text, in which no special tokens are left, to tokens.</summary>
/// <remarks>Immutable: may be used by several threads. The time grows as n log n at most, whatever the text.</remarks>
interface ITextEncoder
{
    /// <summary>Appends the tokens of a piece of text.</summary>
    /// <param name="text">Any UTF-16 that is not empty; half a surrogate pair counts as U+FFFD.</param>
    /// <param name="begins">True at the start of a text and after a special token, where some vocabularies expect a space.</param>
    /// <param name="into">Where the ids go.</param>
    void Encode(ReadOnlySpan<char> text, bool begins, List<int> into);
}
