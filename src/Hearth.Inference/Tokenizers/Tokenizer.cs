using System.Text;
using Hearth.Formats.Gguf;

namespace Hearth.Inference.Tokenizers;

/// <summary>Texts to token ids and back, with the vocabulary and the rules of a model file.</summary>
/// <remarks>Immutable: may be used by several threads. Borrows nothing from the file.</remarks>
sealed class Tokenizer
{
    readonly Vocabulary _vocabulary;
    readonly TokenizerParts _parts;
    readonly SpecialTokenTrie _specials;
    readonly SpecialTokenSpaces _spaces;
    readonly Lazy<TextProtection> _protection;

    Tokenizer(GgufMetadata metadata, int limit)
    {
        var kind = Names.Find(TokenizerKind.ByName, metadata.GetString("tokenizer.ggml.model"), "The kind of the tokenizer");
        _vocabulary = VocabularyReader.Read(metadata, kind.Write, limit);
        _parts = kind.Create(metadata, _vocabulary);
        _specials = new(_vocabulary);
        _spaces = new(metadata, _vocabulary);
        Special = new(metadata, _vocabulary, _parts.Defaults);
        _protection = new(() => new(_vocabulary, _specials, id => _vocabulary.IsControl(id) || Special.IsEnd(id)));
    }

    /// <summary>How many tokens there are.</summary>
    internal int VocabularySize => _vocabulary.Count;

    /// <summary>The tokens that begin and end texts and turns.</summary>
    internal SpecialTokens Special { get; }

    /// <summary>What a user should know about this file's tokenizer, or null.</summary>
    internal string? Warning => _parts.Warning;

    /// <summary>Reads the tokenizer of a model file.</summary>
    /// <exception cref="Requests.EngineException">
    /// <see cref="Requests.FailureCode.InvalidModel"/>: the vocabulary contradicts itself; <see cref="Requests.FailureCode.UnsupportedModel"/>: it is of another kind.
    /// </exception>
    internal static Tokenizer Create(GgufFile file)
    {
        try
        {
            return new(file.Metadata, LimitOf(file));
        }
        catch (InvalidDataException e)
        {
            throw ModelError.Invalid(e.Message, "", e);
        }
    }

    /// <summary>Tokens that a model can have: in files that hold a model of images too, the last ones stand for images and have no embedding.</summary>
    static int LimitOf(GgufFile file)
        => file.Find("token_embd.weight") is { } embeddings && file.Tensors.Any(tensor => tensor.Name.StartsWith("v.", StringComparison.Ordinal)) ? (int)Math.Min(embeddings.Rows, int.MaxValue) : int.MaxValue;

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
        for (var begins = true; !text.IsEmpty;)
        {
            var special = _specials.Find(text, parseSpecial, protectedMarker, out var start, out var length);
            var plain = special < 0 ? text : _spaces.Before(special, text[..start]);
            plain = WithoutMarker(plain, protectedMarker);
            if (!plain.IsEmpty)
                _parts.Encoder.Encode(plain, begins, into);
            if (special < 0)
                return;
            into.Add(special);
            begins = true;
            text = _spaces.After(special, text[(start + length)..]);
        }
    }

    /// <summary>The tokens of a text as an encoder, such as one for embeddings, takes it: with its beginning and its end.</summary>
    /// <param name="text">Any UTF-16.</param>
    /// <param name="parseSpecial">True: the strings of control tokens become those tokens; for texts of strangers, false.</param>
    /// <param name="limit">At most so many tokens; what is too long loses its end, but not the token after it. At least 2.</param>
    /// <param name="length">How many tokens there would be without a limit.</param>
    internal int[] EncodeWhole(string text, bool parseSpecial, int limit, out int length)
    {
        var tokens = new List<int>();
        var end = Special.AddSeparator ? Special.Separator : Special.AddEos ? Special.EndOfText : null;
        if (Special is { AddBos: true, Bos: { } begin })
            tokens.Add(begin);
        Encode(text, parseSpecial, tokens);
        length = tokens.Count + (end is null ? 0 : 1);
        if (length > limit)
            tokens.RemoveRange(limit - (end is null ? 0 : 1), length - limit);
        if (end is { } last)
            tokens.Add(last);
        return [.. tokens];
    }

    /// <summary>A decoder for one answer.</summary>
    /// <param name="after">The token before the answer, or null where it begins a text.</param>
    internal TokenDecoder NewDecoder(int? after = null)
        => new(_vocabulary, _parts.MarksSpaces, _parts.AddsSpace, begins: after is not { } token || token < 0 || token >= _vocabulary.Count || _vocabulary.IsSpecial(token));

    /// <summary>The text of tokens.</summary>
    /// <exception cref="Requests.EngineException"><see cref="Requests.FailureCode.InvalidRequest"/>: an id is outside the vocabulary.</exception>
    internal string Decode(IEnumerable<int> tokens, bool showControl = true)
    {
        var decoder = NewDecoder();
        var text = new StringBuilder();
        foreach (var token in tokens)
            text.Append(decoder.Append(token, showControl));
        return text.Append(decoder.Flush()).ToString();
    }

    /// <summary>The bytes that a token adds to an answer's text; none for a control token.</summary>
    internal ReadOnlyMemory<byte> TextBytes(int token)
    {
        if (_vocabulary.IsControl(token))
            return default;
        var bytes = _vocabulary.Bytes(token);
        return _parts.MarksSpaces && _vocabulary.Type(token) == TokenType.Normal
            ? Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).Replace(SpaceMark.Character, ' '))
            : bytes.ToArray();
    }

    /// <summary>The control tokens whose text is a part of one of these texts.</summary>
    internal IReadOnlySet<int> ControlTokensIn(IEnumerable<string> texts)
    {
        var whole = string.Join('\n', texts);
        return Enumerable.Range(0, VocabularySize)
            .Where(id => _vocabulary.IsControl(id) && _vocabulary.Bytes(id).Length > 1 && whole.Contains(Encoding.UTF8.GetString(_vocabulary.Bytes(id)), StringComparison.Ordinal))
            .ToHashSet();
    }

    /// <summary>Puts a marker into a text of a user's wherever <see cref="Encode"/> could take a part of it, or of it and what is beside it, for a control token.</summary>
    internal string Protect(string text, char marker) => _protection.Value.Protect(text, marker);

    static ReadOnlySpan<char> WithoutMarker(ReadOnlySpan<char> text, char? marker)
        => marker is { } m && text.Contains(m) ? text.ToString().Replace(m.ToString(), "", StringComparison.Ordinal) : text;
}
