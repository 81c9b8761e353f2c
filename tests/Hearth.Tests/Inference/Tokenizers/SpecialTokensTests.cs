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
