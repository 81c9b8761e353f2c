namespace Hearth.Inference.Tokenizers.PreTokenizers;

/// <summary>One step of splitting texts into words. Several steps follow one another, each on the pieces of the last.</summary>
interface ISplitStage
{
    /// <summary>Hands on the pieces of a text that is not empty, in order; together they are the text. The time grows with its length.</summary>
    void Split(ReadOnlySpan<char> text, IWordSink into);
}
