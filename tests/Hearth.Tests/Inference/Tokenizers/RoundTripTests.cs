using System.Text;
using CsCheck;
using Hearth.Inference.Tokenizers.Unicode;

namespace Hearth.Tests.Inference.Tokenizers;

/// <summary>Any text that a vocabulary can hold comes back, as a whole and token by token.</summary>
public sealed class RoundTripTests
{
    // Any UTF-16 but ▁, which stands for a space in some vocabularies.
    static readonly Gen<string> AnyText = Gen.OneOf(
        Gen.Char, Gen.Char[' ', '~'], Gen.OneOf([.. "  \t\r\n'09aZé中\u0301\u00A0\u2003\uD83E\uDD99\uFFFD\uFDD0".Select(Gen.Const)])).Where(c => c != '\u2581')
        .Array[0, 50].Select(c => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(c)));

    public static TheoryData<string> Complete => ["gpt-2", "llama-bpe", "deepseek-coder", "qwen3", "llama-spm", "phi-3", "gemma3"];

    public static TheoryData<string> All => [.. Complete.Select(row => row.Data), "falcon", "xlnet", "bert-bge"];

    [Theory, MemberData(nameof(Complete))]
    public void Any_text_comes_back(string name)
    {
        var tokenizer = Vocabularies.Shared(name);
        AnyText.Sample(text =>
        {
            var expected = name == "qwen3" ? Normalization.Compose(text).ToString() : text;
            Assert.Equal(expected, tokenizer.Decode(tokenizer.Encode(text)));
        }, iter: 1000);
    }

    [Theory, MemberData(nameof(All))]
    public void Tokens_one_by_one_give_whole_characters_and_together_the_text_of_all(string name)
    {
        var tokenizer = Vocabularies.Shared(name);
        Gen.Int[0, tokenizer.VocabularySize - 1].Array[0, 40].Sample(ids =>
        {
            var decoder = tokenizer.NewDecoder();
            var text = new StringBuilder();
            foreach (var id in ids)
            {
                var piece = decoder.Append(id, showControl: true);
                Assert.False(piece.Length > 0 && (char.IsHighSurrogate(piece[^1]) || char.IsLowSurrogate(piece[0])));
                text.Append(piece);
            }

            return text.Append(decoder.Flush()).ToString() == tokenizer.Decode(ids);
        }, iter: 300);
    }

    [Theory, MemberData(nameof(All))]
    public void Any_text_becomes_tokens_of_the_vocabulary(string name)
    {
        var tokenizer = Vocabularies.Shared(name);
        AnyText.Sample(text => Assert.All(tokenizer.Encode(text, parseSpecial: true), id => Assert.InRange(id, 0, tokenizer.VocabularySize - 1)), iter: 300);
    }

    [Theory, MemberData(nameof(All))]
    public void What_a_user_types_becomes_the_tokens_of_plain_text(string name)
    {
        var tokenizer = Vocabularies.Shared(name);
        var names = Enumerable.Range(0, tokenizer.VocabularySize).Where(tokenizer.Special.IsControl).Select(id => tokenizer.Decode([id])).ToArray();
        Assert.NotEmpty(names);
        Gen.OneOf(Gen.Int[0, names.Length - 1].Select(i => names[i]), Gen.Char[' ', '~'].Select(c => c.ToString())).Array[0, 10].Select(string.Concat).Sample(text =>
        {
            var plain = tokenizer.Encode(text);
            Assert.DoesNotContain(plain, id => tokenizer.Special.IsControl(id) && !tokenizer.Special.IsUnknown(id));
            Assert.Equal(plain.Where(id => !tokenizer.Special.IsEnd(id)), tokenizer.Encode(tokenizer.Protect(text, '\uFDD0'), parseSpecial: true, '\uFDD0'));
        }, iter: 300);
    }
}
