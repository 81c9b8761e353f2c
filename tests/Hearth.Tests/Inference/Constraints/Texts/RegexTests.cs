using Hearth.Inference.Constraints;
using Hearth.Requests;
using Hearth.Requests.Chat;

namespace Hearth.Tests.Inference.Constraints.Texts;

/// <summary>Expressions mean what ECMA-262 says of them, with the flag u.</summary>
public sealed class RegexTests
{
    [Theory]
    [InlineData(@"\ud83d\ude00", "😀", true)]
    [InlineData(@"[\ud83d\ude00-\ud83d\ude02]", "😁", true)]
    [InlineData(@"[\ud83d\ude00-\ud83d\ude02]", "😃", false)]
    [InlineData(@"\u{1F600}", "😀", true)]
    [InlineData(@"[^\ud800-\udfff]", "é", true)]
    [InlineData(@"[^\ud800-\udfff]", "-", true)]
    [InlineData(@"[\ud800-\udfff]?a", "-a", false)]
    [InlineData(@"(?<first>a)(?<b_2>b)", "ab", true)]
    [InlineData(@"a{2", "a{2", true)]
    [InlineData(@"a{,2}", "a{,2}", true)]
    [InlineData(@"a{2,}", "aaaa", true)]
    [InlineData(@"a{2,3}", "aaaa", false)]
    [InlineData(@"[]?a", "a", true)]
    [InlineData(@"[^]", "\n", true)]
    [InlineData(@"[\w-]+", "a-b", true)]
    [InlineData(@"[a\-z]+", "b", false)]
    [InlineData(@"\cA", "\u0001", true)]
    [InlineData(@"\/\-\😀", "/-😀", true)]
    [InlineData(@"^$|a$", "a", true)]
    [InlineData(@".", "\u2028", false)]
    [InlineData(@"\s", "\uFEFF", true)]
    [InlineData(@"\p{Lu}\P{L}", "É1", true)]
    public void It_matches_the_whole_of_a_text_or_not(string expression, string text, bool matches)
        => Assert.Equal(matches, Writing.CanWrite(Text(expression), text));

    [Theory]
    [InlineData(@"\Aa\z", "escape")]
    [InlineData(@"(?<name", "name")]
    [InlineData(@"(?<a b>c)", "name")]
    [InlineData(@"\u{}", "digits")]
    [InlineData(@"\u{FFFFFFFF}", "hexadecimal")]
    [InlineData(@"a{99999999999}", "5000")]
    [InlineData(@"a{1,99999999999}", "5000")]
    [InlineData(@"\c1", "control")]
    [InlineData(@"[b-a]", "wrong way")]
    [InlineData(@"[a-\d]", "wrong way")]
    [InlineData(@"[\ud800-\udfff]", "No text")]
    [InlineData(@"[]a", "No text")]
    public void What_has_no_meaning_is_refused(string expression, string why)
        => Assert.Contains(why, Assert.Throws<EngineException>(() => Text(expression)).Message, StringComparison.Ordinal);

    /// <summary>Half of a pair is begun only where the other can come.</summary>
    [Theory]
    [InlineData(@"^[\u0100-\uffff]+$", @"""\ud7", true)]
    [InlineData(@"^[\u0100-\uffff]+$", @"""\ud8", false)]
    [InlineData(@"^[\u0100-\ud8ff]+$", @"""\ud8", false)]
    [InlineData(@"^.+$", @"""\ud8", true)]
    public void No_text_is_begun_that_cannot_end(string pattern, string begin, bool begun)
        => Assert.Equal(begun, Writing.CanBegin($$"""{"type": "string", "pattern": "{{pattern.Replace(@"\", @"\\", StringComparison.Ordinal)}}"}""", begin));

    static Node Text(string expression) => ConstraintCompiler.Compile(new(ConstraintKind.Regex, expression));
}
