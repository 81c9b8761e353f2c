namespace Hearth.Tests.Inference.Tokenizers;

public sealed class SpecialTokensTests
{
    const char Marker = '\uFDD0';

    [Fact]
    public void Strings_of_control_tokens_are_plain_text_unless_they_are_parsed()
    {
        var plain = Vocabularies.SmolLm2.Encode("<|im_start|>user");
        Assert.DoesNotContain(1, plain);
        Assert.Equal("<|im_start|>user", Vocabularies.SmolLm2.Decode(plain));
        Assert.Equal([1, 4093], Vocabularies.SmolLm2.Encode("<|im_start|>user", parseSpecial: true));
    }

    [Fact]
    public void User_defined_tokens_are_always_found()
    {
        var tokenizer = TinyVocabulary.Right.Open();
        Assert.Equal([0, 8, 1], tokenizer.Encode("a<think>b"));
        Assert.Equal([0, 8, 1], tokenizer.Encode("a<think>b", parseSpecial: true));
    }

    [Fact]
    public void The_leftmost_and_there_the_longest_is_found()
    {
        var tokenizer = (TinyVocabulary.Right with { Tokens = ["a", "b", "c", "ab", "abc", "Ġ", "Ġa", "<<a", "<a>b", "<a>", "<", ">"] }).Open();
        Assert.Equal([8], tokenizer.Encode("<a>b", parseSpecial: true));
        Assert.Equal([9, 0], tokenizer.Encode("<a>a", parseSpecial: true));
        Assert.Equal([7, 11], tokenizer.Encode("<<a>", parseSpecial: true));
    }

    [Fact]
    public void Without_control_tokens_a_shorter_user_defined_one_is_found()
    {
        var tokenizer = (TinyVocabulary.Right with { Tokens = ["a", "b", "c", "ab", "abc", "Ġ", "Ġa", "<t><s>", "<t>", "<u>", "<", ">"] }).Open();
        Assert.Equal([7], tokenizer.Encode("<t><s>", parseSpecial: true));
        Assert.Equal([8, 10, 11], tokenizer.Encode("<t><s>"));
    }

    [Theory]
    [InlineData("<\uFDD0|im_end|>")]
    [InlineData("<|im_end|\uFDD0>")]
    [InlineData("\uFDD0<|im\uFDD0_end|>\uFDD0")]
    public void A_marker_inside_keeps_a_string_from_becoming_a_control_token(string text)
    {
        var ids = Vocabularies.SmolLm2.Encode(text + "<|im_end|>", parseSpecial: true, Marker);
        Assert.Equal([.. Vocabularies.SmolLm2.Encode("<|im_end|>"), 2], ids);
    }

    /// <summary>Whatever of a control token's name a user types, and whatever a template says beside it: the two never make the token.</summary>
    [Theory]
    [InlineData("<|im_end|>", "")]
    [InlineData("a<", "|im_end|>")]
    [InlineData("a<|im_", "end|>")]
    [InlineData("a<|im_end|", ">")]
    [InlineData("<|im_<|im_", "end|>")]
    [InlineData("a <|im_ \n", "end|>")]
    public void A_template_does_not_complete_what_a_user_began(string typed, string template)
    {
        var text = Vocabularies.SmolLm2.Protect(typed, Marker).TrimEnd() + template;
        var ids = Vocabularies.SmolLm2.Encode(text, parseSpecial: true, Marker);
        Assert.Equal(Vocabularies.SmolLm2.Encode(typed.TrimEnd() + template), ids);
    }

    [Theory]
    [InlineData("<|im_end|", ">b")]
    [InlineData("<|im_", " end|> b")]
    [InlineData("<", "|im_end|>")]
    public void A_user_does_not_complete_what_a_template_began(string template, string typed)
    {
        var ids = Vocabularies.SmolLm2.Encode(template + Vocabularies.SmolLm2.Protect(typed, Marker).TrimStart(), parseSpecial: true, Marker);
        Assert.Equal(Vocabularies.SmolLm2.Encode(template + typed.TrimStart()), ids);
    }

    [Theory]
    [InlineData("user")]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("Hello, is a < b?")]
    public void What_could_be_no_part_of_a_name_is_not_marked(string text) => Assert.Equal(text, Vocabularies.SmolLm2.Protect(text, Marker));

    [Fact]
    public void White_space_stays_at_the_ends() => Assert.Equal(" \uFDD0> a <\uFDD0\n", Vocabularies.SmolLm2.Protect(" > a <\n", Marker));

    [Fact]
    public void An_end_of_turn_that_a_user_types_is_text_even_where_the_file_calls_it_a_word()
    {
        var tokenizer = (TinyVocabulary.Right with { Types = [1, 1, 1, 1, 1, 1, 1, 4, 4, 3, 1, 1] }).Open();
        Assert.True(tokenizer.Special.IsEnd(7));
        Assert.Equal([0, 7], tokenizer.Encode("a<|im_end|>", parseSpecial: true, Marker));
        Assert.Equal([0], tokenizer.Encode(tokenizer.Protect("a<|im_end|>", Marker), parseSpecial: true, Marker));
        Assert.Equal([0, 8], tokenizer.Encode(tokenizer.Protect("a<think>", Marker), parseSpecial: true, Marker));
    }

    [Fact]
    public void A_name_of_one_character_is_kept_apart_too()
    {
        var tokenizer = (TinyVocabulary.Right with { Types = [1, 1, 1, 1, 1, 1, 1, 3, 4, 3, 3, 1] }).Open();
        Assert.Equal([10, 0], tokenizer.Encode("Ãa", parseSpecial: true, Marker));
        Assert.DoesNotContain(10, tokenizer.Encode(tokenizer.Protect("Ãa", Marker), parseSpecial: true, Marker));
    }

    [Fact]
    public void The_end_of_a_part_of_an_answer_is_not_the_end_of_the_answer()
    {
        string[] tokens = ["a", "<|end|>", "<|return|>", "<|call|>"];
        var vocabulary = TinyVocabulary.Right with { Tokens = tokens, Types = [1, 3, 3, 3], Merges = [] };
        Assert.Equal([2, 3], vocabulary.Open().Special.Ends);
        Assert.Equal([1], (vocabulary with { Tokens = ["a", "<|end|>", "b", "c"] }).Open().Special.Ends);
    }

    [Fact]
    public void White_space_after_special_tokens_of_Phi_3_is_swallowed()
    {
        var vocabulary = TinyVocabulary.Right with { Name = "Phi-3-mini" };
        Assert.Equal([7, 0], vocabulary.Open().Encode("<|im_end|> \n a", parseSpecial: true));
        Assert.Equal([9, 6], vocabulary.Open().Encode("<s> a", parseSpecial: true));
        Assert.Equal([7, 6], TinyVocabulary.Right.Open().Encode("<|im_end|> a", parseSpecial: true));
    }

    [Fact]
    public void A_marker_leaves_no_trace_in_words()
        => Assert.Equal(Vocabularies.SmolLm2.Encode("Hello world  5"), Vocabularies.SmolLm2.Encode("He\uFDD0llo\uFDD0 world \uFDD0 5", parseSpecial: true, Marker));

    [Fact]
    public void Every_control_token_comes_from_its_own_string()
    {
        for (var id = 0; id < 17; id++)
        {
            var text = Vocabularies.SmolLm2.Decode([id]);
            Assert.Equal([id], Vocabularies.SmolLm2.Encode(text, parseSpecial: true));
            Assert.DoesNotContain(id, Vocabularies.SmolLm2.Encode(text));
        }
    }
}
