using System.Text.Json;
using Hearth.Cli.Output;
using Hearth.Requests;
using Hearth.Requests.Chat;

namespace Hearth.Cli.Commands;

/// <summary>Reads the tools that a user offers: a JSON array as OpenAI's API takes it, or of the bare functions.</summary>
static class ToolFile
{
    const int MaxBytes = 1 << 20;

    internal static async Task<IReadOnlyList<ToolDefinition>> ReadAsync(Invocation call, string path)
        => Parse(await BoundedFile.ReadInputAsync(call.Folders.Resolve(path), "The tool file", MaxBytes, call.CancellationToken), path);

    internal static IReadOnlyList<ToolDefinition> Parse(byte[] json, string path)
    {
        try
        {
            return [.. JsonElement.Parse(json).EnumerateArray().Select(Tool)];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new CliException(
                ExitCode.RequestFailed, $"The tool file {path} is not a list of tools.",
                """a JSON array such as [{"type": "function", "function": {"name": "add", "description": "adds", "parameters": {"type": "object", "properties": {}}}}].""",
                "Correct the file.", e);
        }
    }

    static ToolDefinition Tool(JsonElement tool)
    {
        var function = tool.TryGetProperty("function", out var inner) ? inner : tool;
        return new(
            function.GetProperty("name").GetString() ?? throw new JsonException(),
            function.TryGetProperty("description", out var description) ? PrivateText.OrNull(description.GetString()) : null,
            function.TryGetProperty("parameters", out var parameters) ? parameters.GetRawText() : """{"type": "object", "properties": {}}""");
    }
}
