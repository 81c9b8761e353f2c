using Hearth.Inference.Constraints.Automata;
using Hearth.Inference.Tokenizers;

namespace Hearth.Inference.Constraints;

/// <summary>The tokens of a model as constraints see them: made once, for all answers.</summary>
sealed class ConstraintVocabulary
{
    readonly ReadOnlyMemory<byte>[] _bytes;

    /// <summary>Of a tokenizer's vocabulary.</summary>
    internal ConstraintVocabulary(Tokenizer tokenizer)
        : this([.. Enumerable.Range(0, tokenizer.VocabularySize).Select(tokenizer.TextBytes)], [.. Enumerable.Range(0, tokenizer.VocabularySize).Where(tokenizer.Special.IsEnd)])
    {
    }

    /// <summary>Of tokens with these bytes; a token without any never stands in a text.</summary>
    internal ConstraintVocabulary(ReadOnlyMemory<byte>[] bytes, int[] ends)
    {
        (_bytes, Ends) = (bytes, ends);
        Trie = TokenTrie.Build([.. bytes.Select((b, id) => (b, id)).Where(t => t.b.Length > 0)], isShared: true);
        Strings = new(Trie, bytes.Length);
        Analyses = new(Strings);
        // Nearly every answer needs these, and they take longest.
        Analyses.Of(WhiteSpace.Instance, Automaton.Start, Trie, 0);
        Analyses.Of(JsonText.Any, JsonText.InsideAny, Trie, 0);
        Analyses.Of(JsonText.Plain, JsonText.InsideAny, Trie, 0);
        Analyses.Counted(JsonText.Any, JsonText.InsideAny, Trie, 0);
    }

    internal int Count => _bytes.Length;

    internal bool IsEnd(int token) => Array.IndexOf(Ends, token) >= 0;

    /// <summary>The tokens that end an answer.</summary>
    internal int[] Ends { get; }

    internal TokenTrie Trie { get; }

    /// <summary>What is known of the tokens inside strings.</summary>
    internal StringTokens Strings { get; }

    /// <summary>What is kept for all answers.</summary>
    internal Analyses Analyses { get; }

    internal ReadOnlyMemory<byte> Bytes(int token) => _bytes[token];
}
