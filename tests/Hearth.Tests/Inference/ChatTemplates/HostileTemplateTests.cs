using System.Text;
using System.Text.Json;
using Hearth.Inference.ChatTemplates;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.ChatTemplates;

/// <summary>Templates that try to take the machine's time, memory or stack: each ends in an error that names the limit, soon.</summary>
public sealed class HostileTemplateTests
{
    const int Many = 100_000, Some = 30_000;

    /// <summary>Name, source and a part of the error.</summary>
    public static TheoryData<string, string, string> TooDeep => new()
    {
        { "parentheses", "{{ " + Repeat("(") + "1" + Repeat(")") + " }}", "nests deeper" },
        { "lists", "{{ " + Repeat("[") + Repeat("]") + " }}", "nests deeper" },
        { "dicts", "{{ " + Repeat("{1:") + "1" + Repeat("}") + " }}", "nests deeper" },
        { "not", "{{ " + Repeat("not ") + "1 }}", "nests deeper" },
        { "signs", "{{ 1 " + Repeat("- ") + "1 }}", "nests deeper" },
        { "calls", "{{ " + Repeat("f(") + Repeat(")") + " }}", "nests deeper" },
        { "subscripts", "{{ " + Repeat("a[") + "1" + Repeat("]") + " }}", "nests deeper" },
        { "conditions", "{{ " + Repeat("1 if 1 else ", Some) + "1 }}", "nests deeper" },
        { "ifs", Repeat("{% if 1 %}", Some) + Repeat("{% endif %}", Some), "nests deeper" },
        { "loops", Repeat("{% for a in b %}", Some) + Repeat("{% endfor %}", Some), "nests deeper" },
        { "macros", Repeat("{% macro m() %}", Some) + Repeat("{% endmacro %}", Some), "nests deeper" },
        { "targets", "{% set " + Repeat("(") + "a" + Repeat(")") + " = 1 %}", "nests deeper" },
        { "a sum", "{{ 1" + Repeat(" + 1") + " }}", "deeper than" },
        { "attributes", "{{ a" + Repeat(".a") + " }}", "deeper than" },
        { "filters", "{{ 'a'" + Repeat("|e") + " }}", "deeper than" },
        { "a recursive macro", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "deeper than" },
        { "two recursive macros", "{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}", "deeper than" },
        { "a recursive loop", "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}", "deeper than" },
        { "a recursive caller", "{% macro m() %}{% call m() %}{% endcall %}{{ caller() }}{% endmacro %}{% call m() %}{% endcall %}", "deeper than" },
        { "a default that calls its macro", "{% macro m(a=m()) %}{% endmacro %}{{ m() }}", "deeper than" },
        { "a list in a list in a list", "{% set n = namespace(x=1) %}{% for i in range(99999) %}{% set n.x = [n.x] %}{% endfor %}", "nest deeper" },
        { "a dict in a dict", "{% set n = namespace(x=1) %}{% for i in range(99999) %}{% set n.x = {1: n.x} %}{% endfor %}", "nest deeper" },
        { "a map of a map of a map", "{% set n = namespace(x=[1]) %}{% for i in range(99999) %}{% set n.x = n.x|map('string') %}{% endfor %}", "nest deeper" },
        { "a namespace in itself", "{% set n = namespace() %}{% set n.x = n %}{{ n }}", "deeper than" },
        { "a namespace in a list in itself", "{% set n = namespace() %}{% set n.x = [[[[n]]]] %}{{ n }}", "deeper than" },
    };

    /// <summary>Name, source and a part of the error.</summary>
    public static TheoryData<string, string, string> TooMuch => new()
    {
        { "a loop in a loop", "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}", "memory" },
        { "a condition in loops", "{% for i in range(99999) if i > 99999 %}{% endfor %}" + "{% for i in range(99999) %}{% for j in range(99999) if false %}{% endfor %}{% endfor %}", "memory" },
        { "output", "{% for i in range(99999) %}" + new string('x', 10_000) + "{% endfor %}", "writes more" },
        { "a product of a text", "{{ 'a' * 2000000000 }}", "memory" },
        { "a product of a list", "{{ [1] * 2000000000 }}", "memory" },
        { "a product of products", "{{ 'a' * 2000000000 * 2000000000 }}", "memory" },
        { "doubling a text", "{% set n = namespace(x='a') %}{% for i in range(99) %}{% set n.x = n.x ~ n.x %}{% endfor %}", "memory" },
        { "doubling a list", "{% set n = namespace(x=[1]) %}{% for i in range(99) %}{% set n.x = n.x + n.x %}{% endfor %}", "memory" },
        { "a list of the same lists", Doubled("[n.x, n.x]") + "{{ n.x }}", "" },
        { "JSON of the same lists", Doubled("[n.x, n.x]") + "{{ n.x|tojson }}", "" },
        { "comparing the same lists", Doubled("[n.x, n.x]") + Doubled("[m.x, m.x]", "m") + "{{ n.x == m.x }}", "steps" },
        { "ordering the same lists", Doubled("[n.x, n.x]") + Doubled("[m.x, m.x]", "m") + "{{ n.x < m.x }}", "steps" },
        { "finding the same lists", Doubled("[n.x, n.x]") + Doubled("[m.x, m.x]", "m") + "{{ n.x in [m.x] }}", "steps" },
        { "the same tuples as a key", Doubled("(n.x, n.x)") + "{{ {n.x: 1} }}", "can't be a key" },
        { "the same tuples made distinct", Doubled("(n.x, n.x)") + "{{ [n.x]|unique|list }}", "can't be a key" },
        { "a power of powers", "{{ 10 ** (10 ** 10) }}", "bits" },
        { "a power", "{{ 10 ** 999999999999 }}", "bits" },
        { "a power of a negative power of two", "{{ (-2) ** 2147483647 }}", "bits" },
        { "a power beyond every integer of the machine", "{{ (-2) ** 99999999999 }}", "bits" },
        { "products of integers", "{% set n = namespace(x=3) %}{% for i in range(99) %}{% set n.x = n.x * n.x %}{% endfor %}", "bits" },
        { "many large products", "{% set a = 7 ** 2500 %}{% for i in range(99999) %}{% set b = a * a % (a - 1) %}{% endfor %}", "steps" },
        { "many large numbers printed", "{% set a = 7 ** 5000 %}{% for i in range(99999) %}{% set b = a|string|length %}{% endfor %}", "steps" },
        { "many digits", "{% for i in range(99999) %}{% set b = '%.9999f' % 1e-300 %}{% endfor %}", "" },
        { "a wide format", "{{ '%1000000000d' % 1 }}", "wider" },
        { "a wide field", "{{ '{:1000000000}'.format(1) }}", "wider" },
        { "a width from a value", "{{ '%*d' % (1000000000, 1) }}", "wider" },
        { "padding", "{{ 'a'.ljust(2000000000) }}", "memory" },
        { "centering", "{{ 'a'|center(2000000000) }}", "memory" },
        { "zeros", "{{ 'a'.zfill(2000000000) }}", "memory" },
        { "tabs", "{{ '\\t'.expandtabs(2000000000) }}", "memory" },
        { "indentation", "{{ 'a'|indent(2000000000) }}", "memory" },
        { "indented JSON", "{{ [1]|tojson(indent=2000000000) }}", "memory" },
        { "a replacement that grows", "{% set n = namespace(x='aaaa') %}{% for i in range(99) %}{% set n.x = n.x.replace('a', 'aaaa') %}{% endfor %}", "steps" },
        { "a join that grows", "{% set n = namespace(x='ab') %}{% for i in range(99) %}{% set n.x = n.x|list|join(n.x) %}{% endfor %}", "memory" },
        { "a batch filled up", "{{ [1]|batch(2000000000, 'x')|list }}", "memory" },
        { "slices without end", "{{ [1]|slice(2000000000)|list }}", "" },
        { "a range", "{{ range(2000000000)|list }}", "range" },
        { "a sort in a loop", "{% for i in range(99999) %}{% set x = range(99999)|sort(reverse=true) %}{% endfor %}", "" },
        { "a hard search", "{% set a = 'a' * 1000000 %}{{ ('a' * 500000 ~ 'b') in a }}", "steps" },
        { "hard searches", "{% set a = 'a' * 100000 %}{% set b = 'a' * 50 ~ 'b' %}{% for i in range(99999) %}{% set x = b in a %}{% endfor %}", "steps" },
        { "characters far behind", "{% set a = '\\U0001f600' * 100000 %}{% for i in range(99999) %}{% set x = a[99999] %}{% endfor %}", "steps" },
        { "names far outside", Repeat("{% with %}", 90) + "{% for i in range(99999) %}{{ a }}{{ a }}{{ a }}{% endfor %}" + Repeat("{% endwith %}", 90), "steps" },
        { "an unpacked list", "{% set a = [1] * 1000000 %}{% for i in range(99999) %}{% set x = dict(*a) %}{% endfor %}", "" },
        { "an unpacked dict", "{% set d = dict(range(50000)|map('string')|batch(2)) %}{{ dict(**d) }}", "" },
        { "quotes", "{% set n = namespace(x='\\'\"') %}{% for i in range(99) %}{% set n.x = [n.x]|string %}{% endfor %}", "steps" },
        { "escapes", "{% set n = namespace(x='&') %}{% for i in range(99999) %}{% set n.x = n.x|forceescape %}{% endfor %}", "" },
        { "percent signs", "{{ ('%s' * 100000) % (['x' * 100000] * 100000)|list }}", "" },
        { "parameters", "{% macro m(" + string.Join(",", Enumerable.Range(0, Many).Select(i => $"a{i}")) + ") %}{% endmacro %}", "more than 250" },
        { "named arguments", "{{ dict(" + string.Join(",", Enumerable.Range(0, Many).Select(i => $"a{i}=1")) + ") }}", "more than 250" },
        { "a long integer", "{{ " + Repeat("9") + " }}", "" },
        { "long integers", "{{ [" + Repeat(new string('9', 4000) + ",", 200) + "] }}", "" },
        { "a long source", Repeat("x", 2_000_000), "2000000 characters" },
        { "many tokens", "{{ [" + Repeat("1,", 500_000) + "] }}", "" },
        { "many braces", Repeat("{", 500_000), "" },
        { "many tags without an end", Repeat("{%", 500_000), "" },
        { "many raw blocks without an end", Repeat("{% raw %}", Many), "" },
        { "many comments without an end", Repeat("{#", 500_000), "" },
    };

    [Theory, MemberData(nameof(TooDeep)), MemberData(nameof(TooMuch))]
    public void It_ends_in_an_error_soon(string name, string source, string part)
    {
        var start = ThreadTime.Now;
        var error = Record.Exception(() => Templates.Render(source));
        var time = ThreadTime.Now - start;
        Assert.True(error is ChatTemplateException || (error is null && part.Length == 0), $"{name}: {error?.ToString() ?? "no error"}");
        if (error is not null)
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
        // A third of a second at most on the machine where this was measured; the caches are shared with tests that run beside it.
        Assert.True(MachinePace.Allows(time, TimeSpan.FromSeconds(3)), $"{name} took {time.TotalSeconds:F2} s.");
    }

    [Fact]
    public void A_thread_with_a_small_stack_is_enough()
    {
        var errors = new List<Exception?>();
        var thread = new Thread(() =>
        {
            foreach (var row in TooDeep)
                errors.Add(Record.Exception(() => ChatTemplate.Parse(row.Data.Item2).Render(Empty, default, CancellationToken.None)));
        }, maxStackSize: 256 << 10);
        thread.Start();
        thread.Join();
        Assert.All(errors, error => Assert.IsType<ChatTemplateException>(error));
    }

    static JsonElement Empty => JsonDocument.Parse("{}").RootElement;

    [Fact]
    public void A_context_deeper_than_the_limit_is_refused()
    {
        var context = """{"a": """ + Repeat("[", 500) + Repeat("]", 500) + "}";
        using var document = JsonDocument.Parse(context, new() { MaxDepth = 1000 });
        Assert.Contains("nest deeper", Assert.Throws<ChatTemplateException>(() => Templates.Render("x", document.RootElement)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_clock_ends_what_the_steps_do_not()
    {
        var limits = new TemplateLimits { Clock = new ImpatientClock() };
        var error = Templates.Failure("{% for i in range(50000) %}{{ i }}{% endfor %}", limits: limits);
        Assert.Contains("longer than 2 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelling_ends_a_rendering()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        var template = ChatTemplate.Parse("{% for i in range(50000) %}{{ i }}{% endfor %}");
        Assert.Throws<OperationCanceledException>(() => template.Render(Empty, default, source.Token));
    }

    /// <summary>A second passes whenever it is looked at.</summary>
    sealed class ImpatientClock : TimeProvider
    {
        long _seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _seconds++;
    }

    static string Repeat(string text, int count = Many) => new StringBuilder(text.Length * count).Insert(0, text, count).ToString();

    /// <summary>Ninety levels of a value that holds the one before twice.</summary>
    static string Doubled(string value, string name = "n")
        => $"{{% set {name} = namespace(x=(1,)) %}}{{% for i in range(90) %}}{{% set {name}.x = {value} %}}{{% endfor %}}";
}
