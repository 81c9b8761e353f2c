using Hearth.Inference.Constraints;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.Constraints;

/// <summary>Whoever writes a constraint that is hard to compile is told so soon: the worker answers others meanwhile.</summary>
[Collection("kernels")]
public sealed class HostileConstraintTests(ITestOutputHelper output)
{
    /// <summary>Of the thread's own time, on a machine of the usual pace; about one is used, and work that nobody counts takes minutes.</summary>
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    /// <summary>Bytes that compiling one may take in all, with those that are free again.</summary>
    const long Most = 2L << 30;

    /// <summary>Tokens of an answer that is followed.</summary>
    const int Tokens = 120;

    /// <summary>Every other character of many.</summary>
    static string Alternating => string.Concat(Enumerable.Range(0, 40_000).Select(i => char.ConvertFromUtf32(0x1_0000 + (2 * i))));

    static readonly Dictionary<string, Func<AnswerConstraint>> Constraints = new()
    {
        ["many members"] = () => Schema($"{{\"properties\": {{{Join(20_000, i => $"\"m{i}\": {{}}")}}}}}"),
        ["many patterns"] = () => Schema($"{{\"properties\": {{{Join(1_900, i => $"\"m{i}\": {{\"type\": \"string\", \"pattern\": \"(a|b)*a(a|b){{10}}c{i}\"}}")}}}}}"),
        ["many names of patterns"] = () => Schema($"{{\"patternProperties\": {{{Join(60, i => $"\"(a|b)*a(a|b){{8}}c{i}\": {{}}")}}}}}"),
        ["many numbers"] = () => Schema($"{{\"prefixItems\": [{Join(15_000, i => $"{{\"type\": \"number\", \"minimum\": 0.{i}, \"maximum\": {i}.123456789, \"multipleOf\": 0.00{(i % 9) + 1}}}")}]}}"),
        ["many branches to tell apart"] = () => Schema($"{{\"oneOf\": [{Join(250, i => $"{{\"enum\": [{Join(400, j => $"\"{i}-{j}\"")}]}}")}]}}"),
        ["branches of branches"] = () => Schema($"{{\"allOf\": [{Join(20, i => $"{{\"anyOf\": [{Join(20, j => $"{{\"properties\": {{\"m{i}\": {{\"const\": {j}}}}}}}")}]}}")}]}}"),
        ["many rules"] = () => new(ConstraintKind.Gbnf, $"root ::= {Join(1_900, i => $"r{i}", " ")}\n{Join(1_900, i => $"r{i} ::= [ab]* \"a\" {string.Concat(Enumerable.Repeat("[ab] ", 14))} \"c{i}\"", "\n")}\n"),
        ["rules that need each other, in the worst order"] = () => new(ConstraintKind.Gbnf, $"root ::= r0\n{Join(1_900, i => $"r{i * 947 % 1_900} ::= \"(\" (\"a\" | r{((i * 947) + 1) % 1_900}) \")\"", "\n")}\n"),
        ["repetitions of repetitions"] = () => new(ConstraintKind.Gbnf, $"root ::= {string.Concat(Enumerable.Repeat("(", 90))}[ab]{string.Concat(Enumerable.Repeat(")+++", 90))}\n"),
        ["repetitions of what comes back"] = () => new(ConstraintKind.Gbnf, $"root ::= {string.Concat(Enumerable.Repeat("(", 90))}\"a\" | \"b\" root \"c\"{string.Concat(Enumerable.Repeat("){2}", 90))}\n"),
        ["very many repetitions of repetitions"] = () => new(ConstraintKind.Gbnf, $"root ::= \"a\"{new string('+', 500_000)}\n"),
        ["very many repetitions of an expression"] = () => new(ConstraintKind.Regex, $"a{string.Concat(Enumerable.Repeat("{1}", 300_000))}"),
        ["many long repetitions"] = () => Schema($"{{\"properties\": {{{Join(1_900, i => $"\"m{i}\": {{\"type\": \"string\", \"pattern\": \"(((a?){{70}}){{70}}b){{4}}{i}\"}}")}}}}}"),
        ["rules that double"] = () => new(ConstraintKind.Gbnf, Doubling("r{0} ::= r{1} r{1}\n", "r60 ::= \"\"\n")),
        ["rules that double and come back"] = () => new(ConstraintKind.Gbnf, Doubling("r{0} ::= r{1} | r{1}\n", "r60 ::= \"x\" | \"(\" r0 \")\"\n")),
        ["parts that may be empty in two ways"] = () => new(ConstraintKind.Gbnf, $"root ::= {Join(60, _ => "e", " ")}\ne ::= \"\" | \"y\"? | \"(\" e \")\"\n"),
        ["what can be read in many ways"] = () => new(ConstraintKind.Gbnf, "root ::= \"=\" root \"a\" | \"=\" root \"b\" | \"==\" root | \"==\" root \"c\" | \"\""),
        ["empty parts of nested rules"] = () => new(ConstraintKind.Gbnf, $"root ::= {string.Concat(Enumerable.Repeat("(", 90))}{string.Concat(Enumerable.Repeat("\"\" ", 1_000_000))} \"a\" root \"b\" | \"c\"{string.Concat(Enumerable.Repeat(")++++++++ ", 90))}"),
        ["a long expression"] = () => new(ConstraintKind.Regex, new string('a', 16_000_000)),
        ["a long literal"] = () => new(ConstraintKind.Gbnf, $"root ::= \"{new string('a', 16_000_000)}\""),
        ["many empty lines"] = () => new(ConstraintKind.Gbnf, $"root ::={new string('\n', 500_000)}\"a\""),
        ["many characters of a class"] = () => new(ConstraintKind.Gbnf, $"root ::= [{Alternating}]"),
        ["many characters of an expression's class"] = () => new(ConstraintKind.Regex, $"[{Alternating}]"),
        ["many categories"] = () => new(ConstraintKind.Regex, $"[{string.Concat(Enumerable.Repeat(@"\p{L}", 20_000))}]"),
        ["many braces"] = () => new(ConstraintKind.Regex, $"{new string('{', 300_000)}}}"),
        ["repetitions of nothing"] = () => new(ConstraintKind.Regex, "((((){5000}){5000}){5000}){5000}"),
        ["repetitions of nothing, or not"] = () => new(ConstraintKind.Regex, "(((){0,5000}){5000}){4}"),
        ["letters of all languages, counted"] = () => Schema($"{{\"anyOf\": [{Join(6, i => $"{{\"type\": \"string\", \"pattern\": \"^\\\\p{{L}}{{0,1900}}x{i}$\"}}")}]}}"),
        ["many names that are needed"] = () => Schema($"{{\"allOf\": [{{\"required\": [{Join(100_000, i => $"\"m{i}\"")}]}}, {Join(1_900, _ => "{\"required\": [\"m\"]}")}]}}"),
        ["a long value, many times"] = () => Schema($"{{\"$defs\": {{\"c\": {{\"const\": [{Join(300_000, i => $"{i}")}]}}}}, \"allOf\": [{Join(900, _ => "{\"$ref\": \"#/$defs/c\"}")}]}}"),
        ["a long name around many"] = () => Schema($"{{\"properties\": {{\"{new string('n', 200_000)}\": {{\"properties\": {{{Join(1_900, i => $"\"m{i}\": {{}}")}}}}}}}}}"),
        ["a hard expression"] = () => new(ConstraintKind.Regex, "(a|b)*a(a|b){18}"),
    };

    public static TheoryData<string> Names => [.. Constraints.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Compiling_ends_soon(string name)
    {
        var (vocabulary, constraint) = (RealSchemaTests.Vocabulary, Constraints[name]());
        var (start, allocated) = (ThreadTime.Now, GC.GetAllocatedBytesForCurrentThread());
        try
        {
            // The first mask asks what of it a text can begin with.
            new Constraint(ConstraintCompiler.Compile(constraint), vocabulary).Mask();
        }
        catch (EngineException e)
        {
            Assert.Equal(FailureCode.InvalidRequest, e.Code);
        }

        var (time, bytes) = (ThreadTime.Now - start, GC.GetAllocatedBytesForCurrentThread() - allocated);
        output.WriteLine($"{time.TotalSeconds:F2} s, {bytes >> 20:N0} MB");
        Assert.True(MachinePace.Allows(time, Soon), $"{time.TotalSeconds:F2} s");
        Assert.InRange(bytes, 0, Most);
    }

    /// <summary>What follows an answer is the engine's thread, for which all others wait.</summary>
    [Theory]
    [InlineData("many patterns at once")]
    [InlineData("many grammars at once")]
    public void An_answer_that_is_hard_to_follow_ends_soon(string name)
    {
        AnswerConstraint constraint = name == "many patterns at once"
            ? Schema($"{{\"anyOf\": [{Join(250, i => $"{{\"type\": \"string\", \"pattern\": \"^[a-zA-Z .,]*[0-9]{{{i + 1}}}$\"}}")}]}}")
            : new(ConstraintKind.Gbnf, $"root ::= {Join(250, i => $"[a-zA-Z .,]{{{i + 300}}} root", " | ")} | \"\"");
        var vocabulary = RealSchemaTests.Vocabulary;
        var start = ThreadTime.Now;
        var tokens = 0;
        try
        {
            var answer = new Constraint(ConstraintCompiler.Compile(constraint), vocabulary);
            for (var random = new Random(3); tokens < Tokens; tokens++)
            {
                var allowed = BlindWalk.Allowed(answer).FindAll(t => vocabulary.Bytes(t).Span.IndexOfAnyInRange((byte)'0', (byte)'9') < 0);
                if (allowed.Count == 0)
                    break;
                Assert.True(answer.TryAdvance(allowed[random.Next(allowed.Count)]));
            }
        }
        catch (EngineException e)
        {
            Assert.Equal(FailureCode.InvalidRequest, e.Code);
        }

        var time = ThreadTime.Now - start;
        output.WriteLine($"{time.TotalSeconds:F2} s, {tokens} tokens");
        Assert.True(MachinePace.Allows(time, Soon), $"{time.TotalSeconds:F2} s");
    }

    [Fact]
    public void Rules_that_are_very_deep_inside_each_other_break_nothing()
    {
        var (begin, end) = (string.Concat(Enumerable.Repeat("(\"x\" ", 90)), new string(')', 90));
        // Whoever built one automaton of them by calling itself would need a larger stack than a thread has.
        var error = Record.Exception(() => ConstraintCompiler.Compile(new(ConstraintKind.Gbnf, $"root ::= r0\n{Join(1_900, i => $"r{i} ::= {begin}r{i + 1}{end}", "\n")}\nr1900 ::= \"a\"\n")));
        Assert.True(error is null or EngineException { Code: FailureCode.InvalidRequest }, $"{error}");
    }

    /// <summary>Rules of which each names the next one twice.</summary>
    static string Doubling(string rule, string last) => $"root ::= r0\n{string.Concat(Enumerable.Range(0, 60).Select(i => string.Format(System.Globalization.CultureInfo.InvariantCulture, rule, i, i + 1)))}{last}";

    static AnswerConstraint Schema(string text) => new(ConstraintKind.JsonSchema, text);

    static string Join(int count, Func<int, string> item, string between = ", ") => string.Join(between, Enumerable.Range(0, count).Select(item));
}
