using System.Text;
using System.Text.Json;
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
        var budget = new CompileBudget();
        var arguments = tools.Select((tool, index) => Schema(tool, index, budget)).ToList();
        var names = new Lexeme(
            new Literals(tools.Select(tool => (ReadOnlyMemory<byte>)Spelling.Of(tool.Name))),
            label => Comma(Member(Arguments, new Call(() => arguments[label], Punctuation.Sign("}", Node.Return)))));
        return Punctuation.Space(Punctuation.Sign("{", Punctuation.Space(Member(Name, names))));
    }

    static Lexeme Member(Literals name, Node value) => new Lexeme(name, Punctuation.Space(Punctuation.Sign(":", Punctuation.Space(value))));

    static Node Comma(Node next) => Punctuation.Space(Punctuation.Sign(",", Punctuation.Space(next)));

    /// <summary>Arguments are an object, whether the schema says so or not.</summary>
    static Node Schema(ToolDefinition tool, int index, CompileBudget budget)
    {
        try
        {
            return SchemaCompiler.Compile(JsonElement.Parse(tool.ParametersJson.Reveal()), budget, isObject: true);
        }
        catch (EngineException e) when (e.Code == FailureCode.InvalidRequest)
        {
            throw new EngineException(e.Code, $"A call of tool {index} is demanded, and its parameters can't be enforced: {e.Message}", e.Expected, e.Remedy, e) { Part = RequestPart.Tools };
        }
    }

    static Literals Texts(params string[] texts) => new([.. texts.Select(t => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(t))], isShared: true);
}
