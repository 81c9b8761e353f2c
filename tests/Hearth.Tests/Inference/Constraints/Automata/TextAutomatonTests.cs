using System.Text;
using Hearth.Inference.Constraints;
using Hearth.Inference.Constraints.Automata;
using Hearth.Inference.Constraints.Texts;

namespace Hearth.Tests.Inference.Constraints.Automata;

/// <summary>A text automaton takes exactly the UTF-8 of the characters of its language.</summary>
public sealed class TextAutomatonTests
{
    /// <summary>Expressions of one character, with what they match.</summary>
    static readonly Dictionary<string, Func<int, bool>> Expressions = new()
    {
        ["^[^é日😀]$"] = c => c is not ('é' or '日' or 0x1F600),
        ["^.$"] = c => c is not ('\n' or '\r' or 0x2028 or 0x2029),
        [@"^[\u0100-\uffff]$"] = c => c is >= 0x100 and <= 0xFFFF,
        ["^[a-z]$"] = c => c is >= 'a' and <= 'z',
    };

    public static TheoryData<string> All => [.. Expressions.Keys];

    [Theory, MemberData(nameof(All))]
    public void Every_character_is_taken_or_refused_as_the_expression_says(string expression)
    {
        var automaton = Build(expression);
        Span<byte> bytes = stackalloc byte[4];
        for (var character = 0; character <= CodeRanges.Last; character++)
        {
            var length = Encode(character, bytes);
            var isCharacter = Rune.IsValid(character);
            if (Takes(automaton, bytes[..length]) != (isCharacter && Expressions[expression](character)))
                Assert.Fail($"U+{character:X4}");
        }
    }

    [Theory]
    [InlineData("C0AF"), InlineData("C1BF"), InlineData("E09FBF"), InlineData("F08FBFBF"), InlineData("F4908080"), InlineData("F5808080"), InlineData("80"), InlineData("E282"), InlineData("FF")]
    public void What_is_no_UTF_8_is_refused(string bytes) => Assert.False(Takes(Build("^[^é]$"), Convert.FromHexString(bytes)));

    static RawTextOf Build(string expression)
    {
        var patterns = new TextPatterns(new CompileBudget());
        patterns.AddSearch(expression, 0);
        return new(patterns.Build(matches => matches == 0 ? -1 : 0));
    }

    static bool Takes(Automaton automaton, ReadOnlySpan<byte> bytes)
    {
        var state = Automaton.Start;
        foreach (var next in bytes)
        {
            state = automaton.Step(state, next);
            if (state == Automaton.Dead)
                return false;
        }

        return automaton.Label(state) != Automaton.NoLabel;
    }

    /// <summary>As UTF-8 is built, also for what is no character.</summary>
    static int Encode(int character, Span<byte> bytes)
    {
        var length = character switch { < 0x80 => 1, < 0x800 => 2, < 0x10000 => 3, _ => 4 };
        for (var i = length - 1; i > 0; i--, character >>= 6)
            bytes[i] = (byte)(0x80 | (character & 0x3F));
        bytes[0] = (byte)(length == 1 ? character : ((0xF00 >> length) & 0xFF) | character);
        return length;
    }
}
