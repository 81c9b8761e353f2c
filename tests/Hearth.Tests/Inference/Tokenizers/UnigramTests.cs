using System.Buffers.Binary;
using CsCheck;
using Hearth.Requests;

namespace Hearth.Tests.Inference.Tokenizers;

public sealed class UnigramTests
{
    static readonly TinyVocabulary Tiny = new()
    {
        Model = "t5",
        Pre = null,
        Merges = null,
        Tokens = ["<pad>", "</s>", "<unk>", "\u2581", "a", "b", "ab", "aba", "\u2581a", "bb"],
        Types = [3, 3, 2, 1, 1, 1, 1, 1, 1, 1],
        More = new() { ["scores"] = new[] { 0f, 0, 0, -2, -3, -3.5f, -4, -7.25f, -4.5f, -6.5f } },
    };

    [Fact]
    public void Spaces_are_as_the_file_wants_them()
    {
        Assert.Equal([8, 3, 3, 5], Tiny.Open().Encode("a  b"));
        Assert.Equal([3, 8, 3], Tiny.Open().Encode(" a "));
        var merging = Tiny.With("remove_extra_whitespaces", true);
        Assert.Equal([8, 3, 5], merging.Open().Encode("  a   b "));
        Assert.Empty(merging.Open().Encode("  "));
        Assert.Equal([4, 3, 5], merging.With("add_space_prefix", false).Open().Encode(" a b"));
    }

    [Fact]
    public void A_run_of_what_is_unknown_is_one_token() => Assert.Equal([3, 2, 8, 2], Tiny.Open().Encode("cé\uD83E\uDD99 ac"));

    /// <summary>All ways to write a text, tried one by one.</summary>
    [Fact]
    public void The_tokens_have_the_highest_sum_of_scores()
    {
        var tokenizer = Tiny.With("add_space_prefix", false).Open();
        var scores = (float[])Tiny.More["scores"];
        Gen.Int[0, 2].Select(i => "ab "[i]).Array[0, 12].Select(c => new string(c)).Sample(text =>
        {
            var marked = text.Replace(' ', '\u2581');
            var ids = tokenizer.Encode(text);
            Assert.Equal(marked, string.Concat(ids.Select(id => (string)Tiny.Tokens[id])));
            Assert.Equal(Best(marked), ids.Sum(id => (double)scores[id]), 1e-9);
        }, iter: 500);

        double Best(string rest) => rest.Length == 0 ? 0
            : Enumerable.Range(3, scores.Length - 3).Where(id => rest.StartsWith((string)Tiny.Tokens[id], StringComparison.Ordinal))
                .Max(id => scores[id] + Best(rest[((string)Tiny.Tokens[id]).Length..]));
    }

    [Fact]
    public void Scores_are_as_many_as_tokens_and_finite()
    {
        Assert.Contains("10 tokens, but 1 scores", Error(Tiny.With("scores", Array.ConvertAll([0], score => (float)score))));
        Assert.Contains("token 9 is NaN", Error(Tiny.With("scores", (float[])[.. ((float[])Tiny.More["scores"])[..9], float.NaN])));
        Assert.Contains("tokenizer.ggml.scores", Error(Tiny with { More = [] }));
    }

    [Fact]
    public void The_character_map_replaces_the_longest_sequence()
    {
        var tokenizer = Tiny.With("precompiled_charsmap", SmallMap).With("add_space_prefix", false).Open();
        Assert.Equal([6], tokenizer.Encode("ac"));
        Assert.Equal([4, 8], tokenizer.Encode("acd a"));
        Assert.Equal([4, 4], tokenizer.Encode("acda"));
    }

    [Fact]
    public void The_character_map_may_be_written_in_letters()
    {
        var letters = Convert.ToBase64String([.. SmallMap.Select(value => unchecked((byte)value))]).Select(letter => letter.ToString()).ToArray();
        Assert.Equal([4, 8], Tiny.With("precompiled_charsmap", letters).With("add_space_prefix", false).Open().Encode("acd a"));
        Assert.Contains("is no base64", Error(Tiny.With("precompiled_charsmap", letters[1..])));
        Assert.Contains("has a text of 2 bytes", Error(Tiny.With("precompiled_charsmap", (string[])["AB", "C", "D"])));
    }

    public static TheoryData<string> Names => [.. Broken.Keys];

    static readonly Dictionary<string, (int[] Map, string Says)> Broken = new()
    {
        ["short"] = (Signed([1, 2]), "2 bytes"),
        ["longer than itself"] = (Signed([8, 0, 0, 0, 1, 2]), "an array of 8"),
        ["no replacements"] = (Map([0], ""u8), "without end"),
        ["a replacement without end"] = (Map([0], "ab"u8), "without end"),
        ["a long replacement"] = (Map([0], [.. Enumerable.Repeat((byte)'x', 2000), 0]), "of 2000 bytes"),
        ["a value outside the replacements"] = (Map(One(('c' ^ 128) << 10, (128, 9)), "b\0"u8), "points outside"),
        ["a value outside the array"] = (Map(One((1u << 20) << 10), "b\0"u8), "points outside"),
        ["a circle"] = (Map(One('c' << 10), "b\0"u8), "more than 256 bytes"),
    };

    [Theory, MemberData(nameof(Names))]
    public void A_broken_character_map_is_refused_with_what_was_found(string name)
    {
        var (map, says) = Broken[name];
        var e = Assert.Throws<EngineException>(() => Tiny.With("precompiled_charsmap", map).Open());
        Assert.Equal(FailureCode.InvalidModel, e.Code);
        Assert.Contains(says, e.Message);
    }

    /// <summary>"c" is "b", "cd" is nothing.</summary>
    internal static int[] SmallMap
    {
        get
        {
            // From the root, 'c' leads to the unit at 99 and on to the value at 128; from there 'd' leads to the value at 200.
            var units = new uint[256];
            units['c'] = 'c' | (1u << 8) | ((uint)('c' ^ 128) << 10);
            units[128 ^ 'd'] = 'd' | (1u << 8) | ((uint)(128 ^ 'd' ^ 200) << 10);
            units[200] = 2;
            return Map(units, "b\0\0"u8);
        }
    }

    static string Error(TinyVocabulary vocabulary) => Assert.Throws<EngineException>(() => vocabulary.Open()).Message;

    /// <summary>An array with one node, for 'c', that has a value.</summary>
    static uint[] One(uint offset, params (int At, uint Unit)[] more)
    {
        var units = new uint[256];
        units['c'] = 'c' | (1u << 8) | offset;
        foreach (var (at, unit) in more)
            units[at] = unit;
        return units;
    }

    static int[] Map(uint[] units, ReadOnlySpan<byte> replacements)
    {
        var map = new byte[sizeof(uint) * (units.Length + 1)];
        BinaryPrimitives.WriteInt32LittleEndian(map, units.Length * sizeof(uint));
        for (var i = 0; i < units.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(map.AsSpan(sizeof(uint) * (i + 1)), units[i]);
        return Signed([.. map, .. replacements]);
    }

    /// <summary>Files have an array of signed bytes; numbers of any width are taken.</summary>
    static int[] Signed(byte[] bytes) => Array.ConvertAll(bytes, value => (int)unchecked((sbyte)value));
}
