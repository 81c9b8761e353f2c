using System.Text;
using System.Text.Json;
using Hearth.Inference.Constraints;
using Hearth.Inference.Constraints.Schemas;
using Hearth.Requests;
using Hearth.Requests.Chat;

namespace Hearth.Tests.Inference.Constraints.Schemas;

public sealed class SchemaCompilerTests
{
    [Theory]
    [InlineData("""{"properties": {"\ud800": {}}}""")]
    [InlineData("""{"enum": ["a\udc00"]}""")]
    [InlineData("""{"description": "\ud800\ud800"}""")]
    public void Half_of_a_character_is_refused(string schema)
        => Assert.Equal(FailureCode.InvalidRequest, Assert.Throws<EngineException>(() => ConstraintCompiler.Compile(new(ConstraintKind.JsonSchema, schema))).Code);

    [Fact]
    public void Many_branches_that_a_word_tells_apart_are_taken()
    {
        var branches = string.Join(", ", Enumerable.Range(0, 100).Select(i => $$$"""{"type": "object", "properties": {"kind": {"const": "k{{{i}}}"}, "v{{{i}}}": {}}, "required": ["kind"]}"""));
        var schema = $"{{\"oneOf\": [{branches}]}}";
        Assert.True(Writing.CanWrite(schema, """{"kind":"k99","v99":1}"""));
        Assert.False(Writing.CanWrite(schema, """{"kind":"k99","v98":1}"""));
    }

    [Fact]
    public void Branches_that_lead_back_to_themselves_are_refused()
        => Assert.Contains("circle", Assert.Throws<EngineException>(() => Writing.CanWrite("""{"oneOf": [{"$ref": "#"}, {"type": "null"}]}""", "")).Message, StringComparison.Ordinal);

    [Fact]
    public void An_anchor_is_found_in_a_list()
        => Assert.True(Writing.CanWrite("""{"allOf": [{"$anchor": "n", "type": "integer"}, {"$ref": "#n"}]}""", "1"));

    [Theory]
    [InlineData("""{"anyOf": [{"$id": "http://example.org/other", "$ref": "#/$defs/a", "$defs": {"a": {"type": "null"}}}], "$defs": {"a": {"type": "integer"}}}""")]
    public void Another_base_is_refused_in_a_list_too(string schema)
        => Assert.Contains("$id", Assert.Throws<EngineException>(() => Writing.CanWrite(schema, "")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"const": 1}""", "1", true)]
    [InlineData("""{"type": "integer"}""", "1", false)]
    [InlineData("""{"properties": {"a": {}}}""", "{}", true)]
    [InlineData("""{"type": "array"}""", "[1]", true)]
    [InlineData("""{"type": "array"}""", "[1", false)]
    public void An_answer_is_finished_where_nothing_may_follow(string schema, string text, bool finished)
    {
        var constraint = new Constraint(SchemaCompiler.Compile(JsonElement.Parse(schema)), Writing.Bytes);
        Assert.False(constraint.IsFinished);
        Assert.True(constraint.TryAdvance(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(finished, constraint.IsFinished);
    }

    [Fact]
    public void Arguments_are_an_object_whatever_their_schema_says()
    {
        var call = CallGrammar.Of([Tool("""{"type": ["object", "null"], "properties": {"a": {}}}"""), Tool("""{"properties": {}, "properties": {}}""", "g")]);
        Assert.True(Writing.CanWrite(call, """{"name":"f","arguments":{"a":1}}"""));
        Assert.False(Writing.CanWrite(call, """{"name":"f","arguments":null}"""));
        Assert.False(Writing.CanWrite(call, """{"name":"f","arguments":{"b":1}}"""));
        Assert.True(Writing.CanWrite(call, """{"name":"g","arguments":{}}"""));
        Assert.Contains("tool 0", Assert.Throws<EngineException>(() => CallGrammar.Of([Tool("""{"type": "string"}""")])).Message, StringComparison.Ordinal);
    }

    static ToolDefinition Tool(string parameters, string name = "f") => new(name, null, parameters);
}
