using System.Text;
using System.Text.Json;
using Hearth.Server.Access;
using Hearth.Server.Json;
using Hearth.Server.Routes;
using ModelContextProtocol.Protocol;

namespace Hearth.Server.Mcp;

/// <summary>One tool.</summary>
/// <param name="Definition">What clients are told of it.</param>
/// <param name="CallAsync">Does it.</param>
sealed record McpTool(Tool Definition, Func<IMcpModels, RequestBody, CancellationToken, Task<CallToolResult>> CallAsync)
{
    /// <summary>What is told of a tool: none changes anything, and none leaves the machine.</summary>
    internal static Tool Describe(string name, string title, string description, string input, string output) => new()
    {
        Name = name,
        Title = title,
        Description = description,
        InputSchema = JsonElement.Parse(input),
        OutputSchema = JsonElement.Parse(output),
        Annotations = new() { ReadOnlyHint = true, OpenWorldHint = false },
    };

    /// <summary>A result as an object, and as a text for clients that read no objects.</summary>
    /// <param name="write">The members of the object.</param>
    /// <param name="text">The text; null takes the object's.</param>
    internal static CallToolResult Result(Action<Utf8JsonWriter> write, string? text = null)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, JsonText.Options))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return new() { StructuredContent = JsonElement.Parse(bytes.ToArray()), Content = [new TextContentBlock { Text = text ?? Encoding.UTF8.GetString(bytes.ToArray()) }] };
    }

    /// <summary>The model that a call names, or the usual one.</summary>
    internal static string ModelOf(IMcpModels models, RequestBody arguments)
        => arguments.OptionalText("model") ?? models.Usual ?? throw Refusal.Invalid("model", "'model' is missing; a name from list_models belongs there.");
}
