using System.Buffers.Binary;
using System.Text;
using Hearth.Tests.Inference.Tokenizers;
using Hearth.Tests.Support;

namespace Hearth.Tests.Fuzz;

/// <summary>The vocabularies that fuzzing of tokenizers starts from, one of each kind. <c>GOLDEN=write</c> writes them.</summary>
public sealed class TokenizerSeedTests
{
    static readonly float[] Scores = [.. Enumerable.Range(0, 12).Select(i => -i / 2f)];

    static readonly TinyVocabulary Pieces = TinyVocabulary.Right with
    {
        Pre = null,
        Merges = null,
        Tokens = ["<unk>", "<s>", "a", "b", "ab", "ba", "\u2581", "\u2581a", "<0xC3>", "<0xA9>", "<|im_end|>", "aa"],
        Types = [2, 3, 1, 1, 1, 1, 1, 1, 6, 6, 4, 1],
        More = new() { ["scores"] = Scores, ["bos_token_id"] = 1u, ["unknown_token_id"] = 0u },
    };

    static readonly Dictionary<string, (string Text, TinyVocabulary Vocabulary)> Seeds = new()
    {
        ["seed-byte-pair"] = ("abc aab<|im_end|>Ã© <think>\n", TinyVocabulary.Right),
        ["seed-qwen"] = ("ab e\u0301 12", TinyVocabulary.Right with { Pre = "qwen2" }),
        // Long enough for the queue of merges.
        ["seed-long-word"] = (string.Concat(Enumerable.Repeat("abcba", 30)), TinyVocabulary.Right),
        ["seed-long-piece"] = (string.Concat(Enumerable.Repeat("aba", 40)), Pieces with { Model = "llama" }),
        ["seed-digits"] = ("1234567 12 ٣٤٥٦a1234", TinyVocabulary.Right with { Pre = "tiny_aya" }),
        ["seed-groups"] = ("1234567 12.1234", TinyVocabulary.Right with { Pre = "superbpe" }),
        ["seed-stages"] = ("ab12 中文 \t\n ab  ", TinyVocabulary.Right with { Pre = "deepseek-llm" }),
        ["seed-hangul"] = ("한국어 한\u0301 \u1112\u1161\u11AB", TinyVocabulary.Right with { Pre = "qwen35" }),
        ["seed-character-pair"] = ("ab ba\n\naé", Pieces with { Model = "gemma4", Merges = ["a b", "\u2581 a"] }),
        ["seed-sentence-piece"] = ("aba  é<|im_en", Pieces with { Model = "llama" }),
        ["seed-word-piece"] = ("Aba, \u4E2D e\u0301", Pieces with { Model = "bert" }),
        ["seed-unigram"] = (" a  baé", Pieces.With("precompiled_charsmap", UnigramTests.SmallMap) with { Model = "t5" }),
    };

    public static TheoryData<string> Names => [.. Seeds.Keys];

    [Theory, MemberData(nameof(Names))]
    public void A_seed_is_a_text_and_a_right_file(string name)
    {
        var (text, vocabulary) = Seeds[name];
        vocabulary.Open().Encode(text);
        var utf8 = Encoding.UTF8.GetBytes(text);
        var length = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)utf8.Length);
        byte[] seed = [.. length, .. utf8, .. vocabulary.Build()];
        var path = Repository.At("tests", "Hearth.Fuzz", "corpus", "tokenizer", name);
        if (Environment.GetEnvironmentVariable("GOLDEN") == "write")
            File.WriteAllBytes(path, seed);
        Assert.Equal(File.ReadAllBytes(path), seed);
    }
}
