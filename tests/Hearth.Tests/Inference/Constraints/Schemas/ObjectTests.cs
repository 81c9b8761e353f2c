using System.Text.Json;
using Hearth.Inference.Constraints;
using Hearth.Inference.Constraints.Schemas;
using Hearth.Requests;
using Json.Schema;

namespace Hearth.Tests.Inference.Constraints.Schemas;

/// <summary>Which members an object is written with: those that its schema names, and others where it speaks of others.</summary>
public sealed class ObjectTests
{
    const int Schemas = 1_500;

    static readonly string[] Names = ["a", "b", "c", "d"], PoolValues = ["1", "\"x\""], Lists = ["allOf", "anyOf", "oneOf"],
        MemberSchemas = ["true", "true", "false", "{\"type\": \"integer\"}", "{\"const\": 1}", "{\"maxLength\": 2}"];

    /// <summary>All objects of these members, each 1, "x" or missing.</summary>
    static readonly List<string> Objects = [.. Pool(0, [])];

    [Theory]
    [InlineData("""{"properties": {"a": {}}}""", """{"a":1}""", true)]
    [InlineData("""{"properties": {"a": {}}}""", "{}", true)]
    [InlineData("""{"properties": {"a": {}}}""", """{"a":1,"b":2}""", false)]
    [InlineData("""{"properties": {"a": {}}}""", """{"b":2}""", false)]
    [InlineData("""{"type": "object", "properties": {}}""", "{}", true)]
    [InlineData("""{"type": "object", "properties": {}}""", """{"a":1}""", false)]
    [InlineData("""{"required": ["a"]}""", """{"a":1}""", true)]
    [InlineData("""{"required": ["a"]}""", """{"a":1,"b":2}""", false)]
    [InlineData("""{"properties": {"a": {}}, "required": ["b"]}""", """{"a":1,"b":2}""", true)]
    [InlineData("""{"properties": {"a": {}}, "required": ["b"]}""", """{"b":2}""", true)]
    [InlineData("""{"properties": {"a": {}}, "required": ["b"]}""", """{"a":1}""", false)]
    [InlineData("""{"$ref": "#/$defs/p", "properties": {"b": {}}, "$defs": {"p": {"properties": {"a": {}}}}}""", """{"b":2,"a":1}""", true)]
    [InlineData("""{"$ref": "#/$defs/p", "properties": {"b": {}}, "$defs": {"p": {"properties": {"a": {}}}}}""", """{"a":1,"c":3}""", false)]
    public void Only_members_that_are_named_are_written(string schema, string text, bool written) => Assert.Equal(written, Writing.CanWrite(schema, text));

    [Theory]
    [InlineData("""{"allOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]}""", """{"a":1,"b":2}""", true)]
    [InlineData("""{"allOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]}""", """{"a":1,"c":3}""", false)]
    [InlineData("""{"properties": {"k": {}}, "anyOf": [{"properties": {"x": {}}, "required": ["x"]}, {"required": ["y"]}]}""", """{"k":1,"x":2}""", true)]
    [InlineData("""{"properties": {"k": {}}, "anyOf": [{"properties": {"x": {}}, "required": ["x"]}, {"required": ["y"]}]}""", """{"k":1,"y":2}""", true)]
    [InlineData("""{"properties": {"k": {}}, "anyOf": [{"properties": {"x": {}}, "required": ["x"]}, {"required": ["y"]}]}""", """{"k":1,"x":2,"z":3}""", false)]
    [InlineData("""{"allOf": [{"properties": {"a": {}}}, {"additionalProperties": true}]}""", """{"a":1,"c":3}""", true)]
    public void What_several_schemas_name_counts_together(string schema, string text, bool written) => Assert.Equal(written, Writing.CanWrite(schema, text));

    [Theory]
    [InlineData("{}", """{"x":1}""", true)]
    [InlineData("""{"type": "object"}""", """{"x":{"y":1}}""", true)]
    [InlineData("""{"properties": {"d": {"type": "object"}}}""", """{"d":{"x":1}}""", true)]
    [InlineData("""{"properties": {"a": {}}, "additionalProperties": true}""", """{"a":1,"b":2}""", true)]
    [InlineData("""{"properties": {"a": {}}, "additionalProperties": {"type": "integer"}}""", """{"b":2}""", true)]
    [InlineData("""{"properties": {"a": {}}, "additionalProperties": {"type": "integer"}}""", """{"b":"x"}""", false)]
    [InlineData("""{"properties": {"a": {}}, "additionalProperties": false}""", """{"b":2}""", false)]
    [InlineData("""{"properties": {"a": {}}, "patternProperties": {"^x": {"type": "integer"}}}""", """{"x1":1,"z":"y"}""", true)]
    [InlineData("""{"properties": {"a": {}}, "patternProperties": {"^x": {"type": "integer"}}}""", """{"x1":"y"}""", false)]
    public void Others_are_written_where_a_schema_speaks_of_them_or_names_none(string schema, string text, bool written) => Assert.Equal(written, Writing.CanWrite(schema, text));

    [Theory]
    [InlineData("""{"properties": {"a": {}, "b": {}}, "minProperties": 1}""", """{"a":1}""", true)]
    [InlineData("""{"properties": {"a": {}, "b": {}}, "minProperties": 1}""", """{"c":1}""", false)]
    [InlineData("""{"properties": {"a": {}, "b": {}}, "minProperties": 1}""", "{}", false)]
    [InlineData("""{"properties": {"a": {}}, "minProperties": 2}""", """{"a":1,"x":2}""", true)]
    [InlineData("""{"properties": {"a": {}}, "minProperties": 2}""", """{"a":1}""", false)]
    [InlineData("""{"properties": {"a": false}, "minProperties": 1}""", """{"x":2}""", true)]
    [InlineData("""{"properties": {"a": {}}, "additionalProperties": true, "minProperties": 2}""", """{"a":1,"x":1}""", true)]
    // Two members of one name are one.
    [InlineData("""{"properties": {"a": {}}, "additionalProperties": true, "minProperties": 2}""", """{"x":1,"x":1}""", false)]
    [InlineData("""{"properties": {"a": {}, "b": {}}, "required": ["b"], "maxProperties": 1}""", """{"b":1}""", true)]
    [InlineData("""{"properties": {"a": {}, "b": {}}, "required": ["b"], "maxProperties": 1}""", """{"a":1,"b":1}""", false)]
    [InlineData("""{"properties": {"a": {}, "b": {}, "c": {}}, "minProperties": 2, "maxProperties": 2}""", """{"a":1,"c":1}""", true)]
    [InlineData("""{"properties": {"a": {}, "b": {}, "c": {}}, "minProperties": 2, "maxProperties": 2}""", """{"c":1}""", false)]
    public void Members_are_as_many_as_a_schema_asks_for(string schema, string text, bool written) => Assert.Equal(written, Writing.CanWrite(schema, text));

    [Theory]
    [InlineData("""{"type": "object", "minProperties": 2}""", "minProperties")]
    [InlineData("""{"properties": {"a": {}}, "minProperties": 3}""", "minProperties")]
    [InlineData("""{"properties": {"a": {}, "b": false}, "minProperties": 3}""", "minProperties")]
    [InlineData("""{"type": "object", "properties": {"a": {}, "b": {}, "c": {}}, "minProperties": 3, "maxProperties": 2}""", "describes no value")]
    public void A_number_of_members_that_cannot_be_had_is_refused(string schema, string why)
        => Assert.Contains(why, Assert.Throws<EngineException>(() => Writing.CanWrite(schema, "")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("\"😀\"")]
    [InlineData("\"a\u00A0b\"")]
    [InlineData("\"\u3000\"")]
    [InlineData("\"\\u0001\"")]
    [InlineData("\"\\\"\\\\\"")]
    public void A_name_is_written_as_models_write_it_and_in_no_other_way(string name)
    {
        var schema = $$$"""{"properties": {{{{name}}}: {"type": "integer"}}, "additionalProperties": true}""";
        Assert.True(Writing.CanWrite(schema, $"{{{name}:1}}"));
        // Another spelling would make it one of the others.
        foreach (var spelling in (string[])[name, JsonSerializer.Serialize(JsonElement.Parse(name).GetString())])
            Assert.False(Writing.CanWrite(schema, $"{{{spelling}:\"x\"}}"));
    }

    [Fact]
    public void As_many_patterns_of_names_as_can_be_told_apart_are_taken()
    {
        Assert.False(Writing.CanWrite(Patterns(62), """{"x61y":"text"}"""));
        Assert.True(Writing.CanWrite(Patterns(62), """{"x61y":1}"""));
        // Each beyond would count as another one.
        Assert.Contains("patternProperties", Assert.Throws<EngineException>(() => Writing.CanWrite(Patterns(63), "")).Message, StringComparison.Ordinal);

        static string Patterns(int count) => $"{{\"patternProperties\": {{{string.Join(", ", Enumerable.Range(0, count).Select(i => $"\"^x{i}y\": {{\"type\": \"integer\"}}"))}}}}}";
    }

    [Fact]
    public void Names_are_kept_once_however_many_of_them_may_be_left_out()
    {
        const int count = 1_900;
        var name = new string('n', 50);
        var schema = $"{{\"properties\": {{{string.Join(", ", Enumerable.Range(0, count).Select(i => $"\"{i}{name}\": {{\"const\": 1}}"))}}}}}";
        var text = $"{{{string.Join(',', Enumerable.Range(0, count).Select(i => $"\"{i}{name}\":1"))}}}";
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(Writing.CanWrite(schema, text));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1L << 30);
    }

    /// <summary>Whatever is left out when objects are written, nothing becomes invalid, and nothing that can be becomes impossible.</summary>
    [Fact]
    public void Answers_are_valid_and_a_schema_that_some_object_fulfils_has_one()
    {
        var random = new Random(20);
        var (compiled, impossible) = (0, 0);
        for (var i = 0; i < Schemas; i++)
        {
            var source = Schema(random, depth: 2, isRoot: true);
            var judge = JsonSchema.FromText(source, new() { SchemaRegistry = new(), Dialect = Dialect.Draft202012 });
            Node grammar;
            try
            {
                grammar = SchemaCompiler.Compile(JsonElement.Parse(source));
            }
            catch (EngineException e) when (e.Message.Contains("describes no value", StringComparison.Ordinal))
            {
                impossible++;
                Assert.All(Objects, o => Assert.False(judge.Evaluate(JsonElement.Parse(o)).IsValid, $"{source} has {o}"));
                continue;
            }
            catch (EngineException e)
            {
                Assert.Equal(FailureCode.InvalidRequest, e.Code);
                continue;
            }

            compiled++;
            for (var seed = 0; seed < 3; seed++)
            {
                if (BlindWalk.Write(grammar, Writing.Bytes, new Random(seed)) is { } text)
                    Assert.True(judge.Evaluate(Read(text)).IsValid, $"{source} is not fulfilled by {text}");
            }
        }

        Assert.InRange(compiled, Schemas / 3, Schemas);
        Assert.InRange(impossible, 20, Schemas / 2);
    }

    /// <summary>As readers understand an object: of two members of one name the last one is meant.</summary>
    static JsonElement Read(string text) => JsonSerializer.SerializeToElement(JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(text));

    static IEnumerable<string> Pool(int index, List<string> members)
    {
        if (index == Names.Length)
            return [$"{{{string.Join(',', members)}}}"];
        return Pool(index + 1, members).Concat(PoolValues.SelectMany(value => Pool(index + 1, [.. members, $"\"{Names[index]}\":{value}"])));
    }

    /// <summary>A schema of an object, of the keywords that decide which members come.</summary>
    static string Schema(Random random, int depth, bool isRoot = false)
    {
        var keywords = new List<string>();
        if (isRoot)
            keywords.Add("\"type\": \"object\"");
        if (random.Next(4) > 0)
            keywords.Add($"\"properties\": {{{string.Join(", ", Some(Names).Select(n => $"\"{n}\": {Value()}"))}}}");
        if (random.Next(3) == 0)
            keywords.Add($"\"required\": [{string.Join(", ", Some(Names).Select(n => $"\"{n}\""))}]");
        if (random.Next(4) == 0)
            keywords.Add($"\"additionalProperties\": {Value()}");
        if (random.Next(6) == 0)
            keywords.Add($"\"patternProperties\": {{\"^[ad]\": {Value()}}}");
        if (random.Next(4) == 0)
            keywords.Add($"\"minProperties\": {random.Next(4)}");
        if (random.Next(4) == 0)
            keywords.Add($"\"maxProperties\": {random.Next(4)}");
        if (depth > 0 && random.Next(3) == 0)
            keywords.Add($"\"{Lists[random.Next(Lists.Length)]}\": [{Schema(random, depth - 1)}, {Schema(random, depth - 1)}]");
        return $"{{{string.Join(", ", keywords)}}}";

        IEnumerable<string> Some(string[] all) => all.Where(_ => random.Next(2) == 0).ToList();

        string Value() => MemberSchemas[random.Next(MemberSchemas.Length)];
    }
}
