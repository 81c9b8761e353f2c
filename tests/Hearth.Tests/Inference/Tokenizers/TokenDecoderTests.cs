using System.Text;
using CsCheck;
using Hearth.Requests;

namespace Hearth.Tests.Inference.Tokenizers;

public sealed class TokenDecoderTests
{
    [Fact]
    public void A_character_of_several_tokens_comes_out_when_it_is_complete()
    {
        var ids = Vocabularies.SmolLm2.Encode("🦙");
        Assert.True(ids.Length > 1);
        var decoder = Vocabularies.SmolLm2.NewDecoder();
        Assert.All(ids[..^1], id => Assert.Equal("", decoder.Append(id, false)));
        Assert.Equal("🦙", decoder.Append(ids[^1], false));
        Assert.Equal("", decoder.Flush());
    }

    [Fact]
    public void An_incomplete_character_at_the_end_becomes_a_replacement_character()
    {
        var decoder = TinyVocabulary.Right.Open().NewDecoder();
        Assert.Equal("", decoder.Append(10, false));
        Assert.Equal("\uFFFD", decoder.Flush());
    }

    [Fact]
    public void A_byte_that_continues_nothing_becomes_a_replacement_character_at_once()
    {
        var decoder = TinyVocabulary.Right.Open().NewDecoder();
        Assert.Equal("\uFFFD", decoder.Append(11, false));
        Assert.Equal("", decoder.Append(10, false));
        Assert.Equal("é", decoder.Append(11, false));
        Assert.Equal("", decoder.Append(10, false));
        Assert.Equal("\uFFFDa", decoder.Append(0, false));
    }

    [Fact]
    public void Control_tokens_are_shown_only_on_request()
    {
        var decoder = Vocabularies.SmolLm2.NewDecoder();
        Assert.Equal("", decoder.Append(2, showControl: false));
        Assert.Equal("<|im_end|>", decoder.Append(2, showControl: true));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(49152)]
    [InlineData(int.MaxValue)]
    public void An_id_outside_the_vocabulary_is_refused(int id)
    {
        var e = Assert.Throws<EngineException>(() => Vocabularies.SmolLm2.NewDecoder().Append(id, false));
        Assert.Equal(FailureCode.InvalidRequest, e.Code);
        Assert.Throws<EngineException>(() => Vocabularies.SmolLm2.Decode([id]));
    }

    /// <summary>Any tokens, streamed: the same characters as all their bytes at once, and no half surrogate pair ever.</summary>
    [Fact]
    public void Pieces_together_are_the_text_of_all_bytes()
        => Gen.Int[17, 49151].Array[0, 40].Sample(ids =>
        {
            var decoder = Vocabularies.SmolLm2.NewDecoder();
            var text = new StringBuilder();
            foreach (var id in ids)
            {
                var piece = decoder.Append(id, false);
                Assert.False(piece.Length > 0 && (char.IsHighSurrogate(piece[^1]) || char.IsLowSurrogate(piece[0])));
                text.Append(piece);
            }

            return text.Append(decoder.Flush()).ToString() == Vocabularies.SmolLm2.Decode(ids);
        });
}
