using Hearth.Formats.Gguf;
using Hearth.Inference.Tokenizers.BytePair;
using Hearth.Inference.Tokenizers.PreTokenizers;
using Hearth.Inference.Tokenizers.SentencePiece;
using Hearth.Inference.Tokenizers.Unigram;
using Hearth.Inference.Tokenizers.WordPiece;

namespace Hearth.Inference.Tokenizers;

/// <summary>What a kind of tokenizer makes of a file.</summary>
/// <param name="Encoder">Turns text into tokens.</param>
/// <param name="Defaults">What is put around a text where the file does not say.</param>
/// <param name="MarksSpaces">True: normal tokens write a space as ▁.</param>
/// <param name="AddsSpace">True: a text begins with a space that is not in it, which is left out again when tokens become text.</param>
/// <param name="Warning">What a user should know, or null.</param>
sealed record TokenizerParts(ITextEncoder Encoder, SequenceDefaults Defaults, bool MarksSpaces = false, bool AddsSpace = false, string? Warning = null);

/// <summary>A kind of tokenizer.</summary>
/// <param name="Write">Writes the bytes that its tokens stand for.</param>
/// <param name="Create">Makes it from a file and the tokens of that.</param>
sealed record TokenizerKind(TokenWriter Write, Func<GgufMetadata, Vocabulary, TokenizerParts> Create)
{
    // The tokens for the unknown where a file does not say, as llama.cpp has them.
    const int SentencePieceUnknown = 0, BertUnknown = 100, T5Unknown = 2;

    /// <summary>By the names of <c>tokenizer.ggml.model</c>.</summary>
    internal static IReadOnlyDictionary<string, TokenizerKind> ByName { get; } = new Dictionary<string, TokenizerKind>(StringComparer.Ordinal)
    {
        ["gpt2"] = new(VocabularyReader.WriteByteLevel, CreateBytePair),
        ["gemma4"] = new(VocabularyReader.WritePiece, CreateCharacterPair),
        ["llama"] = new(VocabularyReader.WritePiece, CreateSentencePiece),
        ["bert"] = new(VocabularyReader.WritePiece, CreateWordPiece),
        ["t5"] = new(VocabularyReader.WritePiece, CreateUnigram),
    };

    static TokenizerParts CreateBytePair(GgufMetadata metadata, Vocabulary vocabulary)
    {
        var preTokenizer = PreTokenizer.Choose(metadata, vocabulary, out var warning);
        return new(
            new BytePairEncoder(vocabulary, MergeReader.Read(metadata, vocabulary, ByteAlphabet.TryDecode), preTokenizer), new(preTokenizer.AddBos, AddSeparator: preTokenizer.AddSeparator),
            Warning: warning);
    }

    static TokenizerParts CreateCharacterPair(GgufMetadata metadata, Vocabulary vocabulary)
        => new(new CharacterPairEncoder(vocabulary, MergeReader.Read(metadata, vocabulary, MergeReader.Text)), new(AddBos: true), MarksSpaces: true);

    static TokenizerParts CreateSentencePiece(GgufMetadata metadata, Vocabulary vocabulary)
    {
        // No Gemma adds one; files that Ollama converted do not say so.
        var isGemma = metadata.TryGetString("general.architecture", out var architecture) && architecture.StartsWith("gemma", StringComparison.Ordinal);
        var marks = TextMarks.Read(metadata, vocabulary, addSpacePrefix: !isGemma, SentencePieceUnknown);
        return new(
            new SentencePieceEncoder(vocabulary, VocabularyReader.ReadScores(metadata, vocabulary), marks), new(AddBos: true, Unknown: marks.Unknown), MarksSpaces: true,
            AddsSpace: marks.AddSpacePrefix);
    }

    static TokenizerParts CreateWordPiece(GgufMetadata metadata, Vocabulary vocabulary)
    {
        var unknown = TextMarks.Read(metadata, vocabulary, addSpacePrefix: false, BertUnknown).Unknown
            ?? throw ModelError.Invalid("The vocabulary has no token for unknown words.", "tokenizer.ggml.unknown_token_id");
        return new(new WordPieceEncoder(vocabulary, unknown, BertNormalizer.Read(metadata, vocabulary)), new(AddBos: true, AddSeparator: true, Unknown: unknown), MarksSpaces: true, AddsSpace: true);
    }

    static TokenizerParts CreateUnigram(GgufMetadata metadata, Vocabulary vocabulary)
    {
        var marks = TextMarks.Read(metadata, vocabulary, addSpacePrefix: true, T5Unknown);
        return new(
            new UnigramEncoder(vocabulary, VocabularyReader.ReadScores(metadata, vocabulary), marks, CharacterMap.Read(metadata)), new(AddEos: true, Unknown: marks.Unknown), MarksSpaces: true,
            AddsSpace: marks.AddSpacePrefix);
    }
}
