using Hearth.Formats.Gguf;
using Hearth.Inference.Tokenizers.PreTokenizers;

namespace Hearth.Inference.Tokenizers;

/// <summary>Byte-level byte-pair encoding: texts to token ids and back, with the vocabulary and the rules of a model file.</summary>
/// <remarks>Immutable: may be used by several threads. Borrows nothing from the file.</remarks>
sealed class Tokenizer
{
    const string Model = "gpt2";

    readonly Vocabulary _vocabulary;
    readonly MergeTable _merges;
    readonly PreTokenizer _preTokenizer;
    readonly SpecialTokenTrie _specials;
    readonly int[] _tokenOfByte;

    Tokenizer(GgufMetadata metadata)
    {
        _preTokenizer = Choose(metadata, out var warning);
        Warning = warning;
        _vocabulary = VocabularyReader.Read(metadata);
        _merges = MergeReader.Read(metadata, _vocabulary);
        _specials = new(_vocabulary);
        _tokenOfByte = [.. Enumerable.Range(0, 256).Select(value => _vocabulary.Find([(byte)value]))];
        Special = new(metadata, _vocabulary, _preTokenizer.AddBos);
    }

    /// <summary>How many tokens there are.</summary>
    internal int VocabularySize => _vocabulary.Count;

    /// <summary>The tokens that begin and end texts and turns.</summary>
    internal SpecialTokens Special { get; }

    /// <summary>What a user should know about this file's tokenizer, or null.</summary>
    internal string? Warning { get; }

    /// <summary>Reads the tokenizer of a model file.</summary>
    /// <exception cref="Requests.EngineException">
    /// <see cref="Requests.FailureCode.InvalidModel"/>: the vocabulary contradicts itself; <see cref="Requests.FailureCode.UnsupportedModel"/>: it is of another kind.
    /// </exception>
    internal static Tokenizer Create(GgufFile file)
    {
        try
        {
            return new(file.Metadata);
        }
        catch (InvalidDataException e)
        {
            throw ModelError.Invalid(e.Message, "", e);
        }
    }

    /// <summary>Appends the tokens of a text; adds no token for its beginning or end.</summary>
    /// <param name="text">Any UTF-16; half a surrogate pair counts as U+FFFD.</param>
    /// <param name="parseSpecial">True: the strings of control tokens become those tokens. Those of user-defined tokens always do.</param>
    /// <param name="into">Where the ids go.</param>
    /// <param name="protectedMarker">
    /// A character that stands in no text and no token. It is dropped, but a string that has it inside does not become a special token: so texts of users
    /// are kept apart from what a template says. Null: there is none.
    /// </param>
    internal void Encode(ReadOnlySpan<char> text, bool parseSpecial, List<int> into, char? protectedMarker = null)
    {
        var encoder = new WordEncoder(_vocabulary, _merges, _tokenOfByte, _preTokenizer.WholeWords);
        while (!text.IsEmpty)
        {
            var special = _specials.Find(text, parseSpecial, out var start, out var length);
            EncodePlain(encoder, WithoutMarker(text[..start], protectedMarker), into);
            if (special >= 0)
                into.Add(special);
            text = text[(start + length)..];
        }
    }

    /// <summary>A decoder for one answer.</summary>
    internal TokenDecoder NewDecoder() => new(_vocabulary);

    /// <summary>The text of tokens.</summary>
    /// <exception cref="Requests.EngineException"><see cref="Requests.FailureCode.InvalidRequest"/>: an id is outside the vocabulary.</exception>
    internal string Decode(IEnumerable<int> tokens, bool showControl = true)
    {
        var decoder = NewDecoder();
        var text = new System.Text.StringBuilder();
        foreach (var token in tokens)
            text.Append(decoder.Append(token, showControl));
        return text.Append(decoder.Flush()).ToString();
    }

    /// <summary>Puts a marker inside every name of a control token in a text of a user's, so that <see cref="Encode"/> does not take it for one.</summary>
    internal string Protect(string text, char marker)
    {
        var result = new System.Text.StringBuilder();
        for (var at = 0; at < text.Length;)
        {
            var special = _specials.Find(text.AsSpan(at), withControl: true, out var start, out var length);
            // User-defined tokens are words of the language: they count in texts of users too.
            var isControl = special >= 0 && _vocabulary.IsControl(special);
            var end = at + start + (isControl ? 1 : length);
            result.Append(text, at, end - at);
            if (isControl)
                result.Append(marker);
            at = end;
        }

        return result.ToString();
    }

    void EncodePlain(WordEncoder encoder, ReadOnlySpan<char> text, List<int> into)
    {
        while (!text.IsEmpty)
        {
            var length = _preTokenizer.Next(text);
            encoder.Encode(text[..length], into);
            text = text[length..];
        }
    }

    static ReadOnlySpan<char> WithoutMarker(ReadOnlySpan<char> text, char? marker)
        => marker is { } m && text.Contains(m) ? text.ToString().Replace(m.ToString(), "", StringComparison.Ordinal) : text;

    static PreTokenizer Choose(GgufMetadata metadata, out string? warning)
    {
        var model = metadata.GetString("tokenizer.ggml.model");
        if (model != Model)
            throw ModelError.Unsupported($"The tokenizer is of the kind {Printable(model)}.", $"byte-level byte-pair encoding ({Model})");
        warning = null;
        if (!metadata.TryGetString("tokenizer.ggml.pre", out var name))
        {
            warning = "The file does not name its pre-tokenizer (tokenizer.ggml.pre): texts are split by the default rules, which may lower the quality of answers.";
            return PreTokenizer.Default;
        }

        return PreTokenizer.ByName.GetValueOrDefault(name)
            ?? throw ModelError.Unsupported($"The pre-tokenizer is {Printable(name)}.", $"one of {string.Join(", ", PreTokenizer.ByName.Keys)}");
    }

    /// <summary>A name from the file, safe to show.</summary>
    static string Printable(string name) => name.Length <= 32 && name.All(c => c is > ' ' and <= '~') ? $"'{name}'" : "not a printable name";
}
