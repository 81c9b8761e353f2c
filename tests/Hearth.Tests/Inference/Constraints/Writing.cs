using System.Text;
using System.Text.Json;
using Hearth.Inference.Constraints;
using Hearth.Inference.Constraints.Schemas;

namespace Hearth.Tests.Inference.Constraints;

/// <summary>Whether texts can be written, byte by byte.</summary>
static class Writing
{
    /// <summary>A token for each byte, and none for the end.</summary>
    internal static readonly ConstraintVocabulary Bytes = new([.. Enumerable.Range(0, 256).Select(b => (ReadOnlyMemory<byte>)new[] { (byte)b })], []);

    internal static bool CanWrite(string schema, string text) => CanWrite(SchemaCompiler.Compile(JsonElement.Parse(schema)), text);

    internal static bool CanWrite(Node grammar, string text)
    {
        var constraint = new Constraint(grammar, Bytes);
        return constraint.TryAdvance(Encoding.UTF8.GetBytes(text)) && constraint.IsComplete;
    }

    /// <summary>True where a text can begin so.</summary>
    internal static bool CanBegin(string schema, string text) => new Constraint(SchemaCompiler.Compile(JsonElement.Parse(schema)), Bytes).TryAdvance(Encoding.UTF8.GetBytes(text));
}
