using System.Text;
using Hearth.Inference.Tokenizers;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.Tokenizers;

/// <summary>The time of a text grows with its length, whatever it holds; what is quadratic takes ten times as long per character at ten times the length.</summary>
public sealed class LinearTimeTests
{
    const int Short = 100_000, Long = 1_000_000, Ratio = 5;

    // What the garbage collector and cold caches add to short times.
    static readonly TimeSpan Noise = TimeSpan.FromMilliseconds(60);

    static readonly Dictionary<string, Func<int, string>> Texts = new()
    {
        ["one letter"] = n => new('a', n),
        ["spaces"] = n => new(' ', n),
        ["spaces before a word"] = n => new string(' ', n - 1) + "中",
        ["line breaks"] = n => new('\n', n),
        ["digits"] = n => new('7', n),
        ["signs"] = n => new('=', n),
        ["Chinese"] = n => new('中', n),
        ["marks"] = n => "e" + new string('\u0301', n - 1),
        ["a word of ten letters"] = n => string.Concat(Enumerable.Repeat("abcdefghij", n / 10)),
        ["openings of control tokens"] = n => string.Concat(Enumerable.Repeat("<|im_star<", n / 10)),
    };

    public static TheoryData<string, string> Cases
        => new(from vocabulary in (string[])["", "llama-spm", "bert-bge", "xlnet", "deepseek-coder"] from text in Texts.Keys select (vocabulary, text));

    [Theory, MemberData(nameof(Cases))]
    public void Ten_times_the_text_takes_ten_times_as_long_and_no_longer_than_prose(string vocabulary, string text)
    {
        var tokenizer = vocabulary.Length == 0 ? Vocabularies.SmolLm2 : Vocabularies.Shared(vocabulary);
        // Other processes take caches and memory away from any one measurement, but hardly from all of them.
        string? wrong = null;
        for (var attempt = 0; attempt == 0 || (attempt < 4 && wrong is not null); attempt++)
            wrong = Measure(tokenizer, Texts[text]);
        Assert.Null(wrong);
    }

    /// <summary>What is wrong with the times, or null.</summary>
    static string? Measure(Tokenizer tokenizer, Func<int, string> text)
    {
        var few = Best(tokenizer, text(Short));
        var many = Best(tokenizer, text(Long));
        // Of the same size: three bytes for a Chinese character.
        var prose = Best(tokenizer, Prose(Encoding.UTF8.GetByteCount(text(Long))));
        return many > (Ratio * few * (Long / Short)) + Noise ? $"{Short} characters took {few.TotalMilliseconds} ms, {Long} took {many.TotalMilliseconds} ms"
            : many > (Ratio * prose) + Noise ? $"as many bytes of prose took {prose.TotalMilliseconds} ms, {Long} characters of this {many.TotalMilliseconds} ms"
            : null;
    }

    static string Prose(int length)
    {
        var text = File.ReadAllText(Repository.At("LICENSE")) + File.ReadAllText(Repository.At("docs", "architecture.md"));
        return string.Concat(Enumerable.Repeat(text, (length / text.Length) + 1))[..length];
    }

    /// <summary>The shortest of up to three runs, in time that this thread computed: other processes can only add.</summary>
    static TimeSpan Best(Tokenizer tokenizer, string text)
    {
        var (best, whole) = (TimeSpan.MaxValue, ThreadTime.Now);
        for (var i = 0; i < 3 && ThreadTime.Now - whole < TimeSpan.FromSeconds(0.5); i++)
        {
            var start = ThreadTime.Now;
            tokenizer.Encode(text, parseSpecial: false, []);
            var time = ThreadTime.Now - start;
            best = time < best ? time : best;
        }

        return best;
    }
}
