using System.Text;
using System.Text.Json;
using Hearth.Inference.Constraints;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.Constraints;

public sealed class GrammarTests
{
    static string Folder => Repository.Shared("data", "gbnf");

    public static TheoryData<string> Names => [.. Cases("grammar-strings.json").Select(c => c.GetProperty("name").GetString()!)];

    public static TheoryData<string> Faults => [.. Cases("grammar-errors.json").Select(c => c.GetProperty("name").GetString()!)];

    public static TheoryData<string> Files => [.. Directory.GetFiles(Path.Combine(Folder, "grammars")).Select(f => Path.GetFileName(f)).Order()];

    [Theory, MemberData(nameof(Names))]
    public void A_grammar_takes_its_texts_and_no_others(string name)
    {
        var test = Case("grammar-strings.json", name);
        var grammar = Compile(test.GetProperty("grammar").GetString()!);
        foreach (var text in Texts(test, "accept"))
            Assert.True(Writing.CanWrite(grammar, text), $"'{text}' is refused");
        foreach (var text in Texts(test, "reject"))
            Assert.False(Writing.CanWrite(grammar, text), $"'{text}' is taken");
    }

    [Theory, MemberData(nameof(Faults))]
    public void A_wrong_grammar_is_refused_with_its_place(string name)
    {
        var test = Case("grammar-errors.json", name);
        var grammar = test.GetProperty("grammar").GetString()!;
        if (test.GetProperty("error").GetString() is not { } error)
        {
            Assert.True(Writing.CanWrite(Compile(grammar), ""));
            Assert.False(Writing.CanWrite(Compile(grammar), "a"));
            return;
        }

        var refusal = Assert.Throws<EngineException>(() => Compile(grammar));
        Assert.Equal(FailureCode.InvalidRequest, refusal.Code);
        Assert.Matches("line [0-9]+, column [0-9]+", refusal.Message);
        if (error == "left recursion")
            Assert.Contains(error, refusal.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Files))]
    public void Published_grammars_write_answers(string file)
    {
        var grammar = Compile(File.ReadAllText(Path.Combine(Folder, "grammars", file)));
        var vocabulary = RealSchemaTests.Vocabulary;
        for (var seed = 0; seed < 3; seed++)
        {
            var constraint = new Constraint(grammar, vocabulary);
            var random = new Random(seed);
            for (var i = 0; i < 100 && !constraint.IsFinished; i++)
            {
                var allowed = BlindWalk.Allowed(constraint);
                Assert.NotEmpty(allowed);
                var token = allowed[random.Next(allowed.Count)];
                if (vocabulary.IsEnd(token))
                    break;
                Assert.True(constraint.TryAdvance(token));
            }
        }
    }

    [Theory]
    [InlineData("root ::= [a-z]+ \"é\" .", "abcéü", true)]
    [InlineData("root ::= [a-z]+ \"é\" .", "abcé", false)]
    [InlineData("root ::= \"\\x41\\u00e9\" # comment\n", "Aé", true)]
    [InlineData("root ::= a | b\na ::= \"x\" root?\nb ::= \"y\"", "xxxy", true)]
    [InlineData("root ::=\n  \"a\" |\n  \"b\"\n", "b", true)]
    [InlineData("root ::= pair*\npair ::= \"(\" root \")\"", "(()())()", true)]
    [InlineData("root ::= pair*\npair ::= \"(\" root \")\"", "(()())(", false)]
    [InlineData("root ::= \"a\" * (\"b\"\n + ) \"c\"{ 2 , 3 }", "aabccc", true)]
    [InlineData("root ::= \"a\" * (\"b\"\n + ) \"c\"{ 2 , 3 }", "c", false)]
    [InlineData("root ::= a # nothing\n\na ::=\n\n# nothing\nb ::= \"b\"", "", true)]
    [InlineData("root ::= \"=\" root | \"==\" root | \"(\" root \")\" | \"\"", "===(==)", true)]
    public void Rules_mean_what_they_say(string source, string text, bool taken) => Assert.Equal(taken, Writing.CanWrite(Compile(source), text));

    [Fact]
    public void A_list_by_recursion_needs_no_stack()
    {
        var constraint = new Constraint(Compile("root ::= \"(\" root \")\" | item\nitem ::= \"a\" item | \"a\""), Writing.Bytes);
        var token = Encoding.UTF8.GetBytes(new string('a', 100));
        for (var i = 0; i < 2_000; i++)
            Assert.True(constraint.TryAdvance(token));
        Assert.True(constraint.IsComplete);
    }

    [Theory]
    [InlineData(3_000, true)]
    [InlineData(200_000, false)]
    public void Texts_nested_too_deeply_to_be_ended_are_refused_and_nothing_breaks(int depth, bool taken)
    {
        // After the a each bracket's end may be left out: all of them are open at once.
        var constraint = new Constraint(Compile("root ::= \"a\" | \"(\" root [x]?"), Writing.Bytes);
        Assert.True(constraint.TryAdvance(Encoding.UTF8.GetBytes(new string('(', depth) + 'a')));
        var refusal = Record.Exception(() => Assert.True(constraint.IsComplete));
        Assert.Equal(taken, refusal is null);
        if (!taken)
            Assert.Equal(FailureCode.InvalidRequest, Assert.IsType<EngineException>(refusal).Code);
    }

    [Theory]
    [InlineData("[0-9]{3}-[0-9]{2}", "123-45", true)]
    [InlineData("[0-9]{3}-[0-9]{2}", "x123-45", false)]
    [InlineData("^(ja|nein)$", "nein", true)]
    [InlineData("a|b", "ab", false)]
    [InlineData("[äöü]+ß", "öäß", true)]
    public void An_expression_matches_the_whole_answer(string expression, string text, bool matches)
        => Assert.Equal(matches, Writing.CanWrite(ConstraintCompiler.Compile(new(ConstraintKind.Regex, expression)), text));

    [Theory]
    [InlineData("(?=a)b", "look-around")]
    [InlineData("a\\1", "reference")]
    [InlineData("a^", "No text")]
    [InlineData("(a{4000}){4000}", "too large")]
    public void An_expression_that_cannot_be_enforced_is_refused(string expression, string why)
        => Assert.Contains(why, Assert.Throws<EngineException>(() => ConstraintCompiler.Compile(new(ConstraintKind.Regex, expression))).Message, StringComparison.Ordinal);

    static Node Compile(string grammar) => ConstraintCompiler.Compile(new(ConstraintKind.Gbnf, grammar));

    static JsonElement.ArrayEnumerator Cases(string file) => JsonElement.Parse(File.ReadAllBytes(Path.Combine(Folder, file))).EnumerateArray();

    static JsonElement Case(string file, string name) => Cases(file).Single(c => c.GetProperty("name").GetString() == name);

    static IEnumerable<string> Texts(JsonElement test, string list) => test.GetProperty(list).EnumerateArray().Select(t => t.GetString()!);
}
