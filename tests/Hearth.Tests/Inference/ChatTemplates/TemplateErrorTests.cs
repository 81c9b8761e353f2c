using System.Text;
using System.Text.Json;
using CsCheck;
using Hearth.Inference.ChatTemplates;
using Hearth.Inference.Generation;

namespace Hearth.Tests.Inference.ChatTemplates;

/// <summary>What errors say, and what they never say.</summary>
public sealed class TemplateErrorTests
{
    [Theory]
    [InlineData("a\nb\n{{ nosuch.x }}", 3, "'nosuch' is undefined")]
    [InlineData("{{ 1 }}\n\n{% if\n 1 +\n nosuch.x %}{% endif %}", 3, "'nosuch' is undefined")]
    [InlineData("{% if 1 %}\n{% for %}", 2, "expected a name")]
    [InlineData("{# a\n b #}\n{{ 'x", 3, "a string has no end")]
    [InlineData("x\n{{ 1 ? 2 }}", 2, "unexpected character")]
    [InlineData("{% if 1 %}\nx", 2, "'endif' is still missing")]
    [InlineData("x\n{{ 1|nosuch }}", 2, "no filter named 'nosuch'")]
    [InlineData("x\n{{ 1 is nosuch }}", 2, "no test named 'nosuch'")]
    [InlineData("x\n\n{% include 'a' %}", 3, "'include' is not supported")]
    [InlineData("{% macro m(a) %}\n{{ a.b.c }}\n{% endmacro %}\n\n{{ m({}) }}", 2, "has no attribute 'b'")]
    [InlineData("{% macro m() %}\n\n{% endmacro %}\n{{ m() }}{{ 1 + 'a' }}", 4, "unsupported operand types")]
    [InlineData("{{ [].append(1) }}", 1, "may not use them")]
    [InlineData("{{ 'a'.__class__.__mro__ }}", 1, "may not use them")]
    [InlineData("{{ cycler }}{{ lipsum() }}", 1, "refused")]
    public void An_error_names_the_line_and_the_reason(string source, int line, string reason)
    {
        var error = Templates.Failure(source);
        Assert.Equal(line, error.Line);
        Assert.StartsWith($"The chat template fails at line {line}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.False(error.IsRaisedByTemplate);
    }

    [Fact]
    public void What_a_template_raises_is_kept_word_for_word_and_out_of_the_error()
    {
        var error = Templates.Failure("a\n{{ raise_exception('Roles must alternate, not ' ~ role) }}", """{"role": "user"}""");
        Assert.True(error.IsRaisedByTemplate);
        Assert.Equal("Roles must alternate, not user", error.Words.Reveal());
        Assert.DoesNotContain("alternate", ChatPrompts.Explain(error).ToString(), StringComparison.Ordinal);
        Assert.Equal(2, error.Line);
    }

    [Theory]
    [InlineData("{{ s.x.y }}")]
    [InlineData("{{ d[s].y }}")]
    [InlineData("{{ d.a[s].y }}")]
    [InlineData("{{ [d]|map(attribute=s)|map('upper')|list|first + 1 }}")]
    [InlineData("{{ [d]|map(attribute=s)|first + 1 }}")]
    [InlineData("{{ [d]|map(s)|list }}")]
    [InlineData("{{ [d]|select(s)|list }}")]
    [InlineData("{{ d|attr(s) + 1 }}")]
    [InlineData("{{ dict(**{s: 1}).x.y }}")]
    [InlineData("{{ range(**{s: 1}) }}")]
    [InlineData("{{ 'a'|replace(**{s: 1}) }}")]
    [InlineData("{% macro m() %}{% endmacro %}{{ m(**{s: 1}) }}")]
    [InlineData("{% macro m() %}{% endmacro %}{{ m(s) }}")]
    [InlineData("{{ s + 1 }}")]
    [InlineData("{{ s < 1 }}")]
    [InlineData("{{ 1 in s }}")]
    [InlineData("{{ s|int + s }}")]
    [InlineData("{{ s % s }}")]
    [InlineData("{{ ('%y' ~ s) % 1 }}")]
    [InlineData("{{ ('{' ~ s ~ '}').format(1) }}")]
    [InlineData("{{ ('{:' ~ s ~ '}').format(1) }}")]
    [InlineData("{{ strftime_now(d) }}")]
    [InlineData("{{ 'a'.index(s) }}")]
    [InlineData("{{ [1].index(s) }}")]
    [InlineData("{{ s() }}")]
    [InlineData("{{ -s }}")]
    [InlineData("{% for a, b in [s] %}{% endfor %}")]
    [InlineData("{{ [1, s]|sort }}")]
    [InlineData("{{ {1: s, s: 2}|tojson(sort_keys=true) }}")]
    [InlineData("{{ {(1, s): 2}|tojson }}")]
    [InlineData("{{ {s ~ ' ': 1}|xmlattr }}")]
    [InlineData("{{ 1|round(0, s) }}")]
    [InlineData("{{ d|dictsort(by=s) }}")]
    public void No_error_tells_a_value_of_the_conversation(string source)
    {
        var error = Templates.Failure(source, """{"s": "xSECRETx", "d": {"a": {}}}""");
        Assert.DoesNotContain("SECRET", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Half_a_character_in_the_context_is_refused()
        => Assert.Contains("no valid Unicode", Templates.Failure("x", """{"s": "\ud800"}""").Message, StringComparison.Ordinal);

    [Fact]
    public void A_context_that_is_no_object_is_refused()
        => Assert.Contains("is a JSON object", Templates.Failure("x", "[]").Message, StringComparison.Ordinal);

    static readonly string[] Pieces =
    [
        "{{ ", " }}", "{% ", " %}", "{%- ", " -%}", "{# ", " #}", "if ", "for ", "in ", "endif", "endfor", "else", "set ", "endset", "macro m(", "endmacro", "x", "l", "d",
        "|", "upper", "map(", "join(", "'a'", "\"", "'", "(", ")", "[", "]", "{", "}", ".", ",", ":", "=", "==", "+", "-", "~", "%", "1", "2.5", "not ", "is ", "defined",
        "loop.", "index", "raw", "endraw", "\n", " ", "é", "\U0001f600", "\\", "call m()", "endcall", "namespace(", "items()", "[::-1]", "tojson", "**", "//", "recursive",
    ];

    [Fact]
    public void Whatever_stands_in_a_template_it_renders_or_fails_with_the_documented_error()
    {
        var limits = new TemplateLimits { Steps = 20_000, OutputLength = 10_000, AllocatedBytes = 1 << 20 };
        Gen.Int[0, Pieces.Length - 1].Array[0, 60].Select(picks => string.Concat(picks.Select(p => Pieces[p]))).Sample(source => RendersOrFails(source, limits), iter: 8_000);
        Gen.Byte.Array[0, 200].Select(Encoding.UTF8.GetString).Sample(source => RendersOrFails(source, limits), iter: 2_000);
    }

    static void RendersOrFails(string source, TemplateLimits limits)
    {
        using var context = JsonDocument.Parse("""{"x": "abc", "l": [1, "b", null], "d": {"k": 1.5}}""");
        try
        {
            Assert.True(ChatTemplate.Parse(source, limits).Render(context.RootElement, default, CancellationToken.None).Length <= limits.OutputLength);
        }
        catch (ChatTemplateException)
        {
            // The documented answer.
        }
    }
}
