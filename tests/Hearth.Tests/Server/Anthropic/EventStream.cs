using System.Text.Json;

namespace Hearth.Tests.Server.Anthropic;

/// <summary>Server-sent events of a message, each checked against the API's description.</summary>
static class EventStream
{
    internal static List<JsonElement> Read(string text)
    {
        Assert.EndsWith("\n\n", text, StringComparison.Ordinal);
        return [.. text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(Event)];
    }

    /// <summary>The pieces of a kind put together.</summary>
    internal static string Joined(IEnumerable<JsonElement> events, string type, string member)
        => string.Concat(events.Where(e => Type(e) == "content_block_delta" && Type(e.GetProperty("delta")) == type).Select(e => e.GetProperty("delta").GetProperty(member).GetString()));

    internal static string Type(JsonElement value) => value.GetProperty("type").GetString()!;

    static JsonElement Event(string text)
    {
        var lines = text.Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("event: ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("data: ", lines[1], StringComparison.Ordinal);
        var data = JsonElement.Parse(lines[1]["data: ".Length..]);
        Assert.Equal(lines[0]["event: ".Length..], Type(data));
        AnthropicSchemas.Check("MessageStreamEvent", data);
        return data;
    }
}
