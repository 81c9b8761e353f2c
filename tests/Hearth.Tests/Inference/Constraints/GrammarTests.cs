using System.Text;
using System.Text.Json;
using Hearth.Inference.Constraints;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.Constraints;

public sealed class GrammarTests
{
    static readonly ConstraintVocabulary Bytes = new([.. Enumerable.Range(0, 256).Select(b => (ReadOnlyMemory<byte>)new[] { (byte)b })], []);

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
            Assert.True(IsWritten(grammar, text), $"'{text}' is refused");
        foreach (var text in Texts(test, "reject"))
            Assert.False(IsWritten(grammar, text), $"'{text}' is taken");
    }

    [Theory, MemberData(nameof(Faults))]
    public void A_wrong_grammar_is_refused_with_its_place(string name)
    {
        var test = Case("grammar-errors.json", name);
        var grammar = test.GetProperty("grammar").GetString()!;
        if (test.GetProperty("error").GetString() is not { } error)
        {
            Assert.True(IsWritten(Compile(grammar), ""));
            Assert.False(IsWritten(Compile(grammar), "a"));
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
    public void Rules_mean_what_they_say(string source, string text, bool taken) => Assert.Equal(taken, IsWritten(Compile(source), text));

    [Fact]
    public void A_list_by_recursion_needs_no_stack()
    {
        var constraint = new Constraint(Compile("root ::= \"(\" root \")\" | item\nitem ::= \"a\" item | \"a\""), Bytes);
        Assert.True(constraint.TryAdvance(Encoding.UTF8.GetBytes(new string('a', 200_000))));
        Assert.True(constraint.IsComplete);
    }

    [Theory]
    [InlineData("[0-9]{3}-[0-9]{2}", "123-45", true)]
    [InlineData("[0-9]{3}-[0-9]{2}", "x123-45", false)]
    [InlineData("^(ja|nein)$", "nein", true)]
    [InlineData("a|b", "ab", false)]
    [InlineData("[äöü]+ß", "öäß", true)]
    public void An_expression_matches_the_whole_answer(string expression, string text, bool matches)
        => Assert.Equal(matches, IsWritten(ConstraintCompiler.Compile(new(ConstraintKind.Regex, expression)), text));

    [Theory]
    [InlineData("(?=a)b", "look-around")]
    [InlineData("a\\1", "reference")]
    [InlineData("a^", "No text")]
    [InlineData("(a{4000}){4000}", "too large")]
    public void An_expression_that_cannot_be_enforced_is_refused(string expression, string why)
        => Assert.Contains(why, Assert.Throws<EngineException>(() => ConstraintCompiler.Compile(new(ConstraintKind.Regex, expression))).Message, StringComparison.Ordinal);

    static Node Compile(string grammar) => ConstraintCompiler.Compile(new(ConstraintKind.Gbnf, grammar));

    static bool IsWritten(Node grammar, string text)
    {
        var constraint = new Constraint(grammar, Bytes);
        return constraint.TryAdvance(Encoding.UTF8.GetBytes(text)) && constraint.IsComplete;
    }

    static JsonElement.ArrayEnumerator Cases(string file) => JsonElement.Parse(File.ReadAllBytes(Path.Combine(Folder, file))).EnumerateArray();

    static JsonElement Case(string file, string name) => Cases(file).Single(c => c.GetProperty("name").GetString() == name);

    static IEnumerable<string> Texts(JsonElement test, string list) => test.GetProperty(list).EnumerateArray().Select(t => t.GetString()!);
}
