namespace Hearth.Inference.Tokenizers.PreTokenizers;

/// <summary>Takes the pieces of a text in order.</summary>
interface IWordSink
{
    /// <summary>The next piece, which is not empty.</summary>
    void Add(ReadOnlySpan<char> word);
}
