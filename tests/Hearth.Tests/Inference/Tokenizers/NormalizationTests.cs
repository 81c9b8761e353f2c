using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Hearth.Inference.Tokenizers.Unicode;

namespace Hearth.Tests.Inference.Tokenizers;

/// <summary>Against ICU 78 (Unicode 17): digests of <c>String.prototype.normalize</c> in Node.js 20.20.</summary>
public sealed class NormalizationTests
{
    [Fact]
    public void Every_code_point_is_normalised_as_ICU_does()
        => Assert.Equal(
            "d104928202d647a7852a3b3eb18ca7a3386573f81591745875f2d308a0cea69e",
            Digest(Enumerable.Range(0, 0x110000).Where(Rune.IsValid).Select(char.ConvertFromUtf32)));

    [Fact]
    public void Random_texts_of_letters_and_marks_are_normalised_as_ICU_does()
        => Assert.Equal("cd7318e9fc91fa155eeb8b9eba1cd973ca6996c708eae276233eeaf81305d975", Digest(RandomTexts()));

    [Theory]
    [InlineData("", "", "")]
    [InlineData("plain", "plain", "plain")]
    [InlineData("a\u0327\u0301b\u0301", "a\u0327\u0301b\u0301", "\u00E1\u0327b\u0301")]
    [InlineData("\uAC01\u11A8", "\u1100\u1161\u11A8\u11A8", "\uAC01\u11A8")]
    [InlineData("\u0344\u0958\u2126", "\u0308\u0301\u0915\u093C\u03A9", "\u0308\u0301\u0915\u093C\u03A9")]
    [InlineData("e\uD83D\u0301", "e\uD83D\u0301", "e\uD83D\u0301")]
    public void Texts_have_two_forms(string text, string decomposed, string composed)
    {
        Assert.Equal(decomposed, Normalization.Decompose(text).ToString());
        Assert.Equal(composed, Normalization.Compose(text).ToString());
    }

    [Fact]
    public void Normalising_twice_is_normalising_once()
        => Gen.OneOf(Gen.Char, Gen.Char['a', 'z'], Gen.Char['\u0300', '\u036F']).Array[0, 40].Select(c => new string(c)).Sample(text =>
        {
            var (decomposed, composed) = (Normalization.Decompose(text).ToString(), Normalization.Compose(text).ToString());
            return Normalization.Decompose(decomposed).SequenceEqual(decomposed) && Normalization.Compose(composed).SequenceEqual(composed)
                && Normalization.Compose(decomposed).SequenceEqual(composed) && Normalization.Decompose(composed).SequenceEqual(decomposed);
        });

    static string Digest(IEnumerable<string> texts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var text in texts)
            hash.AppendData(Encoding.UTF8.GetBytes($"{Normalization.Decompose(text)}\n{Normalization.Compose(text)}\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The generator and the ranges are those by which the digest was made.</summary>
    static IEnumerable<string> RandomTexts()
    {
        (int First, int Count)[] ranges =
        [
            (0x41, 26), (0x61, 26), (0xC0, 0x100), (0x300, 0x70), (0x300, 0x70), (0x1100, 0x100), (0xAC00, 11172), (0x900, 0x500), (0x1E00, 0x200),
            (0x1AB0, 0x1F), (0x3040, 0x60), (0x11000, 0x1000), (0x1D150, 0x40), (0x16D60, 0x10),
        ];
        var state = 1u;
        int Next(int count) => (int)(((state = unchecked((state * 1664525) + 1013904223)) >> 8) % (uint)count);
        for (var i = 0; i < 100_000; i++)
        {
            var text = new StringBuilder();
            for (var left = 1 + Next(8); left > 0; left--)
            {
                var (first, count) = ranges[Next(ranges.Length)];
                text.Append(char.ConvertFromUtf32(first + Next(count)));
            }

            yield return text.ToString();
        }
    }
}
