using Hearth.Requests;

namespace Hearth.Tests.Inference.Tokenizers;

public sealed class BrokenVocabulariesTests
{
    static readonly TinyVocabulary Right = TinyVocabulary.Right;

    static readonly Dictionary<string, (TinyVocabulary Vocabulary, FailureCode Code, string Says)> Broken = new()
    {
        ["no model"] = (Right with { Model = null }, FailureCode.InvalidModel, "tokenizer.ggml.model"),
        ["no tokens"] = (Right with { Tokens = [], Types = [], Merges = [] }, FailureCode.InvalidModel, "0 tokens"),
        ["no merges"] = (Right with { Merges = null }, FailureCode.InvalidModel, "tokenizer.ggml.merges"),
        ["another kind"] = (Right with { Model = "rwkv" }, FailureCode.UnsupportedModel, "'rwkv'"),
        ["a kind that cannot be shown"] = (Right with { Model = "\u001b[31m" }, FailureCode.UnsupportedModel, "not a printable name"),
        ["another pre-tokenizer"] = (Right with { Pre = "other" }, FailureCode.UnsupportedModel, "'other'"),
        ["fewer types"] = (Right with { Types = [1, 1, 1] }, FailureCode.InvalidModel, "12 tokens, but 3 token types"),
        ["a type of 0"] = (Right with { Types = [1, 1, 1, 1, 1, 1, 1, 3, 4, 3, 1, 0] }, FailureCode.InvalidModel, "Token 11 has the type 0"),
        ["a merge of one token"] = (Right with { Merges = ["ab"] }, FailureCode.InvalidModel, "Merge 0"),
        ["an empty merge"] = (Right with { Merges = ["a b", ""] }, FailureCode.InvalidModel, "Merge 1"),
        ["a merge of three tokens"] = (Right with { Merges = ["a b c"] }, FailureCode.InvalidModel, "Merge 0"),
        ["a merge outside the alphabet"] = (Right with { Merges = ["a 中"] }, FailureCode.InvalidModel, "Merge 0"),
        ["an unknown left part"] = (Right with { Merges = ["x b"] }, FailureCode.InvalidModel, "left part of merge 0"),
        ["an unknown right part"] = (Right with { Merges = ["a x"] }, FailureCode.InvalidModel, "right part of merge 0"),
        ["an unknown result"] = (Right with { Merges = ["a b", "c a"] }, FailureCode.InvalidModel, "result of merge 1"),
        ["a merge with an empty part"] = (Right with { Merges = [" a"] }, FailureCode.InvalidModel, "left part of merge 0"),
        ["a beginning outside"] = (Right with { More = new() { ["bos_token_id"] = 12u } }, FailureCode.InvalidModel, "bos_token_id is 12"),
        ["an end outside"] = (Right with { More = new() { ["eot_token_id"] = 4_000_000_000u } }, FailureCode.InvalidModel, "eot_token_id is 4000000000"),
        ["an end of another type"] = (Right with { More = new() { ["eos_token_id"] = "7" } }, FailureCode.InvalidModel, "eos_token_id"),
    };

    public static TheoryData<string> Names => [.. Broken.Keys];

    [Fact]
    public void The_vocabulary_that_is_broken_below_is_right_before() => Assert.Equal([4, 6, 3], Right.Open().Encode("abc aab"));

    [Theory, MemberData(nameof(Names))]
    public void A_broken_vocabulary_is_refused_with_what_was_found(string name)
    {
        var (vocabulary, code, says) = Broken[name];
        var e = Assert.Throws<EngineException>(() => vocabulary.Open());
        Assert.Equal(code, e.Code);
        Assert.Contains(says, e.Message);
    }

    [Fact]
    public void A_merge_never_makes_a_control_token()
    {
        var vocabulary = Right with { Types = [1, 1, 1, 3, 1, 1, 1, 3, 4, 3, 1, 1] };
        Assert.Contains("result of merge 0", Assert.Throws<EngineException>(() => vocabulary.Open()).Message);
    }

    [Fact]
    public void Without_types_all_tokens_are_normal_but_those_whose_names_say_more()
    {
        var tokenizer = (Right with { Types = null }).Open();
        Assert.Equal([7], tokenizer.Encode("<|im_end|>", parseSpecial: true));
        Assert.Empty(tokenizer.Encode("<s>", parseSpecial: true));
        Assert.Equal("", tokenizer.Decode([7], showControl: false));
        Assert.True(tokenizer.Special.IsEnd(7));
    }

    [Fact]
    public void Without_the_name_of_the_pre_tokenizer_there_is_a_warning()
    {
        var tokenizer = (Right with { Pre = null }).Open();
        Assert.Contains("tokenizer.ggml.pre", tokenizer.Warning);
        Assert.Equal([4, 6, 3], tokenizer.Encode("abc aab"));
    }
}
