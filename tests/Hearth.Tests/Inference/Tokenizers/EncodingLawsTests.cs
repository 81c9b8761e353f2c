using System.Text;
using CsCheck;
using Hearth.Formats.Gguf;
using Hearth.Inference.Tokenizers;
using Hearth.Inference.Tokenizers.PreTokenizers;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.Tokenizers;

/// <summary>What holds for every text, and how long it may take.</summary>
public sealed class EncodingLawsTests
{
    // Any UTF-16, half surrogate pairs among it, with the characters that splitters look at more often.
    static readonly Gen<string> AnyText = Gen.OneOf(
        Gen.Char,
        Gen.OneOf([.. " \t\r\n'sStTrReElLvV0129aZé中\u0301\u00A0\u2003\uD83E\uDD99$+|.,<>\uFFFD\uFDD0".Select(Gen.Const)])).Array[0, 60].Select(c => new string(c));

    public static TheoryData<string> Splitters => [.. PreTokenizerTable.ByName.Keys];

    [Theory, MemberData(nameof(Splitters))]
    public void Words_together_are_the_text_and_never_cut_a_character(string name)
        => AnyText.Sample(text =>
        {
            var words = Words.Of(name, text);
            Assert.Equal(text, string.Concat(words));
            Assert.All(words, word => Assert.NotEqual("", word));
            for (var i = 1; i < words.Count; i++)
                Assert.False(char.IsHighSurrogate(words[i - 1][^1]) && char.IsLowSurrogate(words[i][0]));
        }, iter: 2000);

    [Fact]
    public void Any_text_comes_back_from_a_vocabulary_with_all_bytes()
    {
        var tokenizer = AllBytes();
        AnyText.Sample(text =>
        {
            var whole = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
            return tokenizer.Decode(tokenizer.Encode(text)) == whole && tokenizer.Decode(tokenizer.Encode(text, parseSpecial: true)) == whole;
        });
    }

    [Fact]
    public void A_long_text_comes_back()
    {
        var text = File.ReadAllText(Repository.At("LICENSE")) + File.ReadAllText(Repository.At("tests", "data", "SmolLM2-135M-Instruct", "tokens.json"));
        Assert.True(text.Length > 25_000);
        Assert.Equal(text, Vocabularies.SmolLm2.Decode(Vocabularies.SmolLm2.Encode(text)));
    }

    /// <summary>The definition of byte-pair encoding, by scanning, against the queue that long words take.</summary>
    [Fact]
    public void A_long_word_has_the_tokens_of_the_definition()
        => Gen.Char['a', 'f'].Array[97, 300].Select(c => new string(c)).Sample(word =>
        {
            var ids = Vocabularies.SmolLm2.Encode(word);
            Assert.Equal(Definition(word), ids.Select(id => Vocabularies.SmolLm2.Decode([id])));
        }, iter: 50);

    [Fact]
    public void A_word_of_20_000_letters_is_quick() => Within(1, () => Vocabularies.SmolLm2.Encode(string.Concat(Enumerable.Repeat("abcdefghij", 2000))));

    [Fact]
    public void A_megabyte_of_spaces_is_quick() => Within(4, () => Vocabularies.SmolLm2.Encode(new string(' ', 1 << 20)));

    [Fact]
    public void A_hundred_thousand_control_strings_are_quick()
    {
        var text = string.Concat(Enumerable.Repeat("<|im_start|>", 100_000));
        Within(2, () => Assert.Equal(100_000, Vocabularies.SmolLm2.Encode(text, parseSpecial: true).Length));
        Within(4, () => Vocabularies.SmolLm2.Encode(text));
    }

    [Fact]
    public void Openings_of_control_strings_are_quick()
        => Within(2, () => Vocabularies.SmolLm2.Encode(string.Concat(Enumerable.Repeat("<|im_star", 50_000)), parseSpecial: true));

    [Theory, MemberData(nameof(Splitters))]
    public void Mixed_white_space_is_split_in_a_time_that_grows_with_its_length(string name)
    {
        var text = string.Concat(Enumerable.Repeat("\n \t 1 '", 100_000));
        Within(2, () => Words.Of(name, text));
    }

    static Tokenizer AllBytes() => (TinyVocabulary.Right with
    {
        Tokens = [.. Enumerable.Range(0, 256).Select(b => (object)Alphabet((byte)b)), "ab", "abc", "Ġa", "Ã©", "<|im_end|>", "<think>"],
        Types = [.. Enumerable.Repeat(1, 260), 3, 4],
        Merges = ["a b", "Ġ a", "Ã ©", "ab c"],
    }).Open();

    /// <summary>GPT-2's rule, written as its paper's code states it: printable Latin-1 as itself, the rest from U+0100 in order.</summary>
    static string Alphabet(byte value)
    {
        bool Printable(int b) => b is (>= 33 and <= 126) or (>= 161 and <= 172) or >= 174;
        return ((char)(Printable(value) ? value : 256 + Enumerable.Range(0, value).Count(b => !Printable(b)))).ToString();
    }

    static readonly Lazy<Dictionary<(string, string), int>> Ranks = new(() =>
    {
        using var file = GgufFile.Open(Vocabularies.SmolLm2File);
        var merges = file.Metadata.GetStrings("tokenizer.ggml.merges");
        return Enumerable.Range(0, merges.Count).ToDictionary(i => (merges.GetString(i).Split(' ')[0], merges.GetString(i).Split(' ')[1]), i => i);
    });

    static List<string> Definition(string word)
    {
        List<string> parts = [.. word.Select(c => c.ToString())];
        while (true)
        {
            var pairs = Enumerable.Range(0, parts.Count - 1).Where(i => Ranks.Value.ContainsKey((parts[i], parts[i + 1]))).ToArray();
            if (pairs.Length == 0)
                return parts;
            var best = pairs.MinBy(i => Ranks.Value[(parts[i], parts[i + 1])]);
            parts[best] += parts[best + 1];
            parts.RemoveAt(best + 1);
        }
    }

    /// <summary>The limits are generous: what is quadratic takes minutes.</summary>
    static void Within(double seconds, Action action)
    {
        var start = ThreadTime.Now;
        action();
        Assert.InRange((ThreadTime.Now - start).TotalSeconds, 0, seconds * 2);
    }
}
