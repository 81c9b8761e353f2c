using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hearth.Inference.Constraints.Automata;
using Hearth.Inference.Constraints.Schemas;
using Hearth.Requests;
using Hearth.Requests.Chat;

namespace Hearth.Inference.Constraints;

/// <summary>The grammar of one call: <c>{"name": …, "arguments": …}</c>, where the arguments fulfil the schema of the tool. "parameters" does as well, as some models have learnt it.</summary>
static class CallGrammar
{
    static readonly Literals Name = Texts("\"name\""), Arguments = Texts("\"arguments\"", "\"parameters\"");

    /// <summary>The grammar of a call of one of some tools.</summary>
    /// <exception cref="EngineException"><see cref="FailureCode.InvalidRequest"/>: a schema can't be enforced.</exception>
    internal static Node Of(IReadOnlyList<ToolDefinition> tools)
    {
        var arguments = tools.Select((tool, index) => Schema(tool, index)).ToList();
        var names = new Lexeme(
            new Literals(tools.Select(tool => (ReadOnlyMemory<byte>)JsonSerializer.SerializeToUtf8Bytes(tool.Name, JsonNames.Plain.String))),
            label => Comma(Member(Arguments, new Call(() => arguments[label], Punctuation.Sign("}", Node.Return)))));
        return Punctuation.Space(Punctuation.Sign("{", Punctuation.Space(Member(Name, names))));
    }

    static Lexeme Member(Literals name, Node value) => new Lexeme(name, Punctuation.Space(Punctuation.Sign(":", Punctuation.Space(value))));

    static Node Comma(Node next) => Punctuation.Space(Punctuation.Sign(",", Punctuation.Space(next)));

    /// <summary>Arguments are an object, whether the schema says so or not.</summary>
    static Node Schema(ToolDefinition tool, int index)
    {
        var schema = JsonNode.Parse(tool.ParametersJson.Reveal())!.AsObject();
        schema.TryAdd("type", "object");
        try
        {
            return SchemaCompiler.Compile(JsonElement.Parse(schema.ToJsonString()));
        }
        catch (EngineException e) when (e.Code == FailureCode.InvalidRequest)
        {
            throw new EngineException(e.Code, $"A call of tool {index} is demanded, and its parameters can't be enforced: {e.Message}", e.Expected, e.Remedy, e);
        }
    }

    static Literals Texts(params string[] texts) => new([.. texts.Select(t => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(t))], isShared: true);
}
