namespace Hearth.Tests.Inference.Constraints.Schemas;

/// <summary>Values that a schema lists are written if they fulfil what else it says.</summary>
public sealed class ListedValueTests
{
    [Theory]
    [InlineData("""{"type": "string", "enum": ["a", 1]}""", "\"a\"", true)]
    [InlineData("""{"type": "string", "enum": ["a", 1]}""", "1", false)]
    [InlineData("""{"enum": [1, 1.5, 2, null, true], "type": ["integer", "null"], "minimum": 2}""", "2", true)]
    [InlineData("""{"enum": [1, 1.5, 2, null, true], "type": ["integer", "null"], "minimum": 2}""", "1", false)]
    [InlineData("""{"enum": [1, 1.5, 2, null, true], "type": ["integer", "null"], "minimum": 2}""", "1.5", false)]
    [InlineData("""{"enum": [1, 1.5, 2, null, true], "type": ["integer", "null"], "minimum": 2}""", "null", true)]
    [InlineData("""{"enum": [1, 1.5, 2, null, true], "type": ["integer", "null"], "minimum": 2}""", "true", false)]
    [InlineData("""{"enum": [1.0], "type": "integer"}""", "1.0", true)]
    [InlineData("""{"enum": [1, 2], "exclusiveMaximum": 2}""", "2", false)]
    [InlineData("""{"enum": [0.3, 0.35], "multipleOf": 0.1}""", "0.3", true)]
    [InlineData("""{"enum": [0.3, 0.35], "multipleOf": 0.1}""", "0.35", false)]
    [InlineData("""{"const": 1e400}""", "1e400", true)]
    [InlineData("""{"const": 123456789012345678901234567890}""", "123456789012345678901234567890", true)]
    [InlineData("""{"enum": ["ab", "a"], "maxLength": 1}""", "\"a\"", true)]
    [InlineData("""{"enum": ["ab", "a"], "maxLength": 1}""", "\"ab\"", false)]
    [InlineData("""{"enum": ["ab", "a\\"], "pattern": "b$"}""", "\"ab\"", true)]
    [InlineData("""{"enum": ["ab", "a\\"], "pattern": "b$"}""", "\"a\\\\\"", false)]
    [InlineData("""{"enum": [[1, "x"], [1], ["x", 1]], "prefixItems": [{"type": "integer"}], "minItems": 2}""", """[1,"x"]""", true)]
    [InlineData("""{"enum": [[1, "x"], [1], ["x", 1]], "prefixItems": [{"type": "integer"}], "minItems": 2}""", "[1]", false)]
    [InlineData("""{"enum": [[1, "x"], [1], ["x", 1]], "prefixItems": [{"type": "integer"}], "minItems": 2}""", """["x",1]""", false)]
    // In whatever order its members are, and with members that are allowed and wouldn't be written otherwise.
    [InlineData("""{"properties": {"a": {}, "b": {}}, "const": {"b": 1, "a": 2}}""", """{"b":1,"a":2}""", true)]
    [InlineData("""{"properties": {"a": {}}, "enum": [{"a": 1, "b": 2}]}""", """{"a":1,"b":2}""", true)]
    [InlineData("""{"properties": {"a": {"type": "string"}}, "enum": [{"a": 1}, {"a": "x"}]}""", """{"a":"x"}""", true)]
    [InlineData("""{"properties": {"a": {"type": "string"}}, "enum": [{"a": 1}, {"a": "x"}]}""", """{"a":1}""", false)]
    [InlineData("""{"properties": {"a": {"enum": ["x", "y"]}}, "required": ["a"], "maxProperties": 1, "enum": [{"a": "y"}, {"a": "z"}, {"a": "x", "b": 1}, {}]}""", """{"a":"y"}""", true)]
    [InlineData("""{"properties": {"a": {"enum": ["x", "y"]}}, "required": ["a"], "maxProperties": 1, "enum": [{"a": "y"}, {"a": "z"}, {"a": "x", "b": 1}, {}]}""", """{"a":"z"}""", false)]
    [InlineData("""{"properties": {"a": {"enum": ["x", "y"]}}, "required": ["a"], "maxProperties": 1, "enum": [{"a": "y"}, {"a": "z"}, {"a": "x", "b": 1}, {}]}""", """{"a":"x","b":1}""", false)]
    [InlineData("""{"properties": {"a": {"enum": ["x", "y"]}}, "required": ["a"], "maxProperties": 1, "enum": [{"a": "y"}, {"a": "z"}, {"a": "x", "b": 1}, {}]}""", "{}", false)]
    // As models write them: without escapes that need not be.
    [InlineData("""{"enum": ["\ud83d\ude00\u00a0"]}""", "\"😀\u00a0\"", true)]
    [InlineData("""{"const": {"é\"": ["\u0001\n"]}}""", """{"é\"":["\u0001\n"]}""", true)]
    public void They_are_written_so(string schema, string text, bool written) => Assert.Equal(written, Writing.CanWrite(schema, text));
}
