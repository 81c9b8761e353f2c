using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hearth.Inference.Tokenizers.WordPiece;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.Tokenizers;

/// <summary>BERT's rules, against Hugging Face's tokenizers and against the ids of the published sentence encoder.</summary>
public sealed class WordPieceTests
{
    // Characters with decompositions that the published tokenizer's tables are too old for.
    static readonly HashSet<int> Newer =
    [
        0x105C9, 0x105E4, 0x11383, 0x11385, 0x1138E, 0x11391, 0x113C5, 0x113C7, 0x113C8, 0x11938, 0x16D68, 0x16D69, 0x16D6A,
        .. Enumerable.Range(0x16121, 8),
    ];

    /// <summary>The digest is of BertNormalizer and BertPreTokenizer of npm @anush008/tokenizers 0.6.0, for each code point between two letters.</summary>
    [Fact]
    public void Every_code_point_is_treated_as_the_published_tokenizer_does()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var count = 0;
        for (var codePoint = 0; codePoint <= 0x10FFFF; codePoint++)
        {
            if (!Rune.IsValid(codePoint) || CharUnicodeInfo.GetUnicodeCategory(codePoint) == UnicodeCategory.OtherNotAssigned || Newer.Contains(codePoint))
                continue;
            hash.AppendData(Encoding.UTF8.GetBytes(string.Join('|', Split($"a{char.ConvertFromUtf32(codePoint)}b")) + "\n"));
            count++;
        }

        Assert.Equal(292510, count);
        Assert.Equal("c00548556a4c3e8b45f6d1ed45d34b1d90a70ebd05847d110f3ab6f9ebffdcc0", Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    [Fact]
    public void Texts_for_the_published_encoder_have_its_ids_whole_and_cut()
    {
        var tokenizer = Vocabularies.Open(Repository.Shared("models", "all-MiniLM-L6-v2", "all-MiniLM-L6-v2.Q8_0.gguf"));
        using var json = JsonDocument.Parse(File.ReadAllBytes(Repository.Shared("models", "all-MiniLM-L6-v2", "reference", "vectors.json")));
        var items = json.RootElement.GetProperty("items").EnumerateArray().ToArray();
        Assert.Equal(154, items.Length);
        foreach (var item in items)
        {
            var ids = tokenizer.EncodeWhole(item.GetProperty("text").GetString()!, parseSpecial: true, item.GetProperty("limit").GetInt32(), out var length);
            Assert.Equal(item.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()), ids);
            Assert.Equal(item.GetProperty("tokens_before_truncation").GetInt32(), length);
        }
    }

    [Fact]
    public void Names_of_special_tokens_in_a_strangers_text_are_words()
    {
        var tokenizer = Vocabularies.Shared("bert-bge");
        Assert.Equal([101, 1031, 19802, 1033, 102], tokenizer.EncodeWhole("[SEP]", parseSpecial: false, 512, out _));
        Assert.Equal([101, 102, 102], tokenizer.EncodeWhole("[SEP]", parseSpecial: true, 512, out _));
    }

    [Fact]
    public void Capitals_count_where_the_vocabulary_has_them()
    {
        var uncased = new TinyVocabulary
        {
            Model = "bert",
            Pre = null,
            Merges = null,
            Tokens = ["[UNK]", "\u2581a", "\u2581b", "b", "é"],
            Types = [3, 1, 1, 1, 1],
            More = new() { ["unknown_token_id"] = 0u },
        };
        Assert.Equal([1, 3, 2], uncased.Open().Encode("Ab B"));
        Assert.Equal([0, 0, 2], (uncased with { Tokens = ["[UNK]", "\u2581A", "\u2581b", "c", "é"] }).Open().Encode("Ab B b"));
    }

    [Fact]
    public void What_the_file_says_on_capitals_and_accents_counts()
    {
        Assert.Equal("\u00E9a", new BertNormalizer(Lowercase: true, StripAccents: false).Normalize("\u00C9A").ToString());
        Assert.Equal("EA", new BertNormalizer(Lowercase: false, StripAccents: true).Normalize("\u00C9A").ToString());
        var vocabulary = new TinyVocabulary { Model = "bert", Pre = null, Merges = null, Tokens = ["[UNK]", "\u2581a"], Types = [3, 1] };
        Dictionary<string, object> says = new() { ["unknown_token_id"] = 0u, ["normalizer.lowercase"] = false };
        Assert.Equal([0, 1], (vocabulary with { More = says }).Open().Encode("A a"));
    }

    static List<string> Split(string text)
    {
        var words = new List<string>();
        for (var rest = new BertNormalizer(Lowercase: true, StripAccents: true).Normalize(text).TrimStart(); !rest.IsEmpty;)
        {
            var length = WordPieceEncoder.WordLength(rest);
            words.Add(rest[..length].ToString());
            rest = rest[length..].TrimStart();
        }

        return words;
    }
}
