using Hearth.Inference.Constraints;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.Constraints;

/// <summary>Whoever writes a constraint that is hard to compile is told so soon: the worker answers others meanwhile.</summary>
[Collection("kernels")]
public sealed class HostileConstraintTests
{
    /// <summary>Of the thread's own time; about one is used, and work that nobody counts takes minutes.</summary>
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    static readonly Dictionary<string, AnswerConstraint> Constraints = new()
    {
        ["many members"] = Schema($"{{\"properties\": {{{Join(20_000, i => $"\"m{i}\": {{}}")}}}}}"),
        ["many patterns"] = Schema($"{{\"properties\": {{{Join(1_900, i => $"\"m{i}\": {{\"type\": \"string\", \"pattern\": \"(a|b)*a(a|b){{10}}c{i}\"}}")}}}}}"),
        ["many names of patterns"] = Schema($"{{\"patternProperties\": {{{Join(60, i => $"\"(a|b)*a(a|b){{8}}c{i}\": {{}}")}}}}}"),
        ["many numbers"] = Schema($"{{\"prefixItems\": [{Join(15_000, i => $"{{\"type\": \"number\", \"minimum\": 0.{i}, \"maximum\": {i}.123456789, \"multipleOf\": 0.00{(i % 9) + 1}}}")}]}}"),
        ["many branches to tell apart"] = Schema($"{{\"oneOf\": [{Join(250, i => $"{{\"enum\": [{Join(400, j => $"\"{i}-{j}\"")}]}}")}]}}"),
        ["branches of branches"] = Schema($"{{\"allOf\": [{Join(20, i => $"{{\"anyOf\": [{Join(20, j => $"{{\"properties\": {{\"m{i}\": {{\"const\": {j}}}}}}}")}]}}")}]}}"),
        ["many rules"] = new(ConstraintKind.Gbnf, $"root ::= {Join(1_900, i => $"r{i}", " ")}\n{Join(1_900, i => $"r{i} ::= [ab]* \"a\" {string.Concat(Enumerable.Repeat("[ab] ", 14))} \"c{i}\"", "\n")}\n"),
        ["rules that need each other, in the worst order"] = new(ConstraintKind.Gbnf, $"root ::= r0\n{Join(1_900, i => $"r{i * 947 % 1_900} ::= \"(\" (\"a\" | r{((i * 947) + 1) % 1_900}) \")\"", "\n")}\n"),
        ["repetitions of repetitions"] = new(ConstraintKind.Gbnf, $"root ::= {string.Concat(Enumerable.Repeat("(", 90))}[ab]{string.Concat(Enumerable.Repeat(")+++", 90))}\n"),
        ["repetitions of what comes back"] = new(ConstraintKind.Gbnf, $"root ::= {string.Concat(Enumerable.Repeat("(", 90))}\"a\" | \"b\" root \"c\"{string.Concat(Enumerable.Repeat("){2}", 90))}\n"),
        ["very many repetitions of repetitions"] = new(ConstraintKind.Gbnf, $"root ::= \"a\"{new string('+', 500_000)}\n"),
        ["very many repetitions of an expression"] = new(ConstraintKind.Regex, $"a{string.Concat(Enumerable.Repeat("{1}", 300_000))}"),
        ["many long repetitions"] = Schema($"{{\"properties\": {{{Join(1_900, i => $"\"m{i}\": {{\"type\": \"string\", \"pattern\": \"(((a?){{70}}){{70}}b){{4}}{i}\"}}")}}}}}"),
        ["a hard expression"] = new(ConstraintKind.Regex, "(a|b)*a(a|b){18}"),
    };

    public static TheoryData<string> Names => [.. Constraints.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Compiling_ends_soon(string name)
    {
        var vocabulary = RealSchemaTests.Vocabulary;
        var start = ThreadTime.Now;
        try
        {
            // Parts are compiled when an answer comes to them.
            new Constraint(ConstraintCompiler.Compile(Constraints[name]), vocabulary).Mask();
        }
        catch (EngineException e)
        {
            Assert.Equal(FailureCode.InvalidRequest, e.Code);
        }

        Assert.InRange(ThreadTime.Now - start, TimeSpan.Zero, Soon);
    }

    static AnswerConstraint Schema(string text) => new(ConstraintKind.JsonSchema, text);

    static string Join(int count, Func<int, string> item, string between = ", ") => string.Join(between, Enumerable.Range(0, count).Select(item));
}
