using Hearth.Inference.Tokenizers.PreTokenizers;

namespace Hearth.Tests.Inference.Tokenizers;

/// <summary>Collects the words into which a pre-tokenizer splits a text.</summary>
sealed class Words : IWordSink
{
    readonly List<string> _words = [];

    public void Add(ReadOnlySpan<char> word) => _words.Add(word.ToString());

    internal static List<string> Of(string preTokenizer, string text)
    {
        var words = new Words();
        if (text.Length > 0)
            PreTokenizerTable.ByName[preTokenizer].Split(text, words);
        return words._words;
    }
}
