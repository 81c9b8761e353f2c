using System.Text.Json;
using Hearth.Server.Access;
using Hearth.Server.Json;

namespace Hearth.Server.OpenAi;

/// <summary>What a message says: a text, or a list of parts that are texts.</summary>
static class ContentParts
{
    /// <param name="holder">The message or item.</param>
    /// <param name="field">Its field.</param>
    /// <param name="content">The field's value.</param>
    /// <param name="kinds">What parts with a text are called.</param>
    internal static string Text(RequestBody holder, string field, JsonElement content, params string[] kinds)
        => content.ValueKind == JsonValueKind.String ? content.GetString()! : string.Concat(holder.Objects(field).Select(part => Part(part, kinds)));

    static string Part(RequestBody part, string[] kinds)
    {
        var kind = part.Text("type");
        if (kinds.Contains(kind))
            return part.Text("text");
        // Nothing is ever fetched for a request: an address in it could lead anywhere.
        return kind == "refusal"
            ? part.Text("refusal")
            : throw Refusal.Unsupported(part.Name("type"), $"'{part.Name("type")}' is another kind of content than text, which is not supported here.");
    }
}
