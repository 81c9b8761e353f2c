using CsCheck;
using Hearth.Formats.Gguf;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.Tokenizers;

public sealed class SentencePieceTests
{
    // ▁ in the tokens is U+2581; scores: the higher, the earlier.
    static readonly TinyVocabulary Tiny = new()
    {
        Model = "llama",
        Pre = null,
        Merges = null,
        Tokens = ["<unk>", "<s>", "a", "b", "ab", "ba", "\u2581", "\u2581a", "<0xC3>", "<0xA9>", "<tool>", "aa"],
        Types = [2, 3, 1, 1, 1, 1, 1, 1, 6, 6, 4, 1],
        More = new() { ["scores"] = new[] { 0f, 0, -9, -9, -2, -2, -9, -3, 0, 0, 0, -5 } },
    };

    [Fact]
    public void A_space_is_added_at_the_start_and_after_special_tokens()
    {
        Assert.Equal([7], Tiny.Open().Encode("a"));
        Assert.Equal([7, 1, 7, 10, 7], Tiny.Open().Encode("a<s>a<tool>a", parseSpecial: true));
        Assert.Equal([2], Tiny.With("add_space_prefix", false).Open().Encode("a"));
    }

    [Fact]
    public void The_highest_score_merges_first_and_among_equals_the_leftmost()
    {
        var tokenizer = Tiny.With("add_space_prefix", false).Open();
        Assert.Equal([4, 2], tokenizer.Encode("aba"));
        Assert.Equal([5, 3], tokenizer.Encode("bab"));
        Assert.Equal([2, 4], tokenizer.Encode("aab"));
    }

    [Fact]
    public void A_character_without_token_is_its_bytes_or_unknown()
    {
        Assert.Equal([6, 8, 9], Tiny.Open().Encode("é"));
        Assert.Equal([6, 0, 2], Tiny.Open().Encode("中文a"));
    }

    [Fact]
    public void What_stands_for_a_space_may_stand_in_a_text() => Assert.Equal(Tiny.Open().Encode("a a"), Tiny.Open().Encode("a\u2581a"));

    /// <summary>SentencePiece's rule by scanning, against the queue that long words take.</summary>
    [Fact]
    public void A_long_word_has_the_tokens_of_the_definition()
    {
        var tokenizer = Vocabularies.Shared("llama-spm");
        using var file = GgufFile.Open(Repository.Shared("data", "tokenizers", "llama-spm.gguf"));
        var tokens = file.Metadata.GetStrings("tokenizer.ggml.tokens");
        var scores = file.Metadata.GetFloat32s("tokenizer.ggml.scores");
        var ids = Enumerable.Range(3 + 256, tokens.Count - 259).ToDictionary(tokens.GetString, id => id);
        Gen.Char['a', 'h'].Array[97, 300].Select(c => new string(c)).Sample(word =>
        {
            Assert.Equal(Definition("\u2581" + word, part => ids.TryGetValue(part, out var id) ? scores[id] : null).Select(part => ids[part]), tokenizer.Encode(word));
        }, iter: 30);
    }

    [Fact]
    public void A_text_comes_back_with_the_spaces_that_it_had()
    {
        var tokenizer = Tiny.Open();
        Assert.All((string[])["a", " a", "  a", "ab ba", "é a", ""], text => Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text))));
        Assert.Equal("a<s>a<tool> a", tokenizer.Decode(tokenizer.Encode("a<s>a<tool> a", parseSpecial: true)));
    }

    [Fact]
    public void The_space_before_an_answer_is_left_out_only_where_the_answer_begins_after_a_special_token()
    {
        var tokenizer = Tiny.Open();
        Assert.Equal("a", tokenizer.NewDecoder().Append(7, false));
        Assert.Equal("a", tokenizer.NewDecoder(after: 1).Append(7, false));
        Assert.Equal(" a", tokenizer.NewDecoder(after: 2).Append(7, false));
        Assert.Equal("a", Tiny.With("add_space_prefix", false).Open().NewDecoder().Append(2, false));
        Assert.Equal(" a", Tiny.With("add_space_prefix", false).Open().NewDecoder().Append(7, false));
    }

    [Fact]
    public void Bytes_come_out_when_their_character_is_complete()
    {
        var decoder = Tiny.Open().NewDecoder();
        Assert.Equal("", decoder.Append(6, false));
        Assert.Equal("", decoder.Append(8, false));
        Assert.Equal("é", decoder.Append(9, false));
        Assert.Equal(" ", decoder.Append(6, false));
        Assert.Equal("", decoder.Append(8, false));
        Assert.Equal("\uFFFD a", decoder.Append(7, false));
    }

    static List<string> Definition(string word, Func<string, float?> score)
    {
        List<string> parts = [.. word.EnumerateRunes().Select(r => r.ToString())];
        while (true)
        {
            var pairs = Enumerable.Range(0, parts.Count - 1).Where(i => score(parts[i] + parts[i + 1]) is not null).ToArray();
            if (pairs.Length == 0)
                return parts;
            var best = pairs.MaxBy(i => score(parts[i] + parts[i + 1]));
            parts[best] += parts[best + 1];
            parts.RemoveAt(best + 1);
        }
    }
}
