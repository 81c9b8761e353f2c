using System.Text.Json;
using Hearth.Tests.Server.Support;

namespace Hearth.Tests.Server.Ollama;

/// <summary>The schemas of Ollama's own description of its API. They demand no member, so what clients read is demanded here.</summary>
static class OllamaSchemas
{
    static readonly ApiSchemas Schemas = new("ollama");
    static readonly string[] Figures = ["done_reason", "total_duration", "load_duration", "prompt_eval_count", "prompt_eval_duration", "eval_count", "eval_duration"];

    static readonly Dictionary<string, string[]> Demanded = new()
    {
        ["ChatResponse"] = ["model", "created_at", "message", "done", .. Figures],
        ["ChatStreamEvent"] = ["model", "created_at", "message", "done"],
        ["GenerateResponse"] = ["model", "created_at", "response", "done", .. Figures],
        ["GenerateStreamEvent"] = ["model", "created_at", "response", "done"],
        ["EmbedResponse"] = ["model", "embeddings", "total_duration", "load_duration", "prompt_eval_count"],
        ["ListResponse"] = ["models"],
        ["ModelSummary"] = ["name", "model", "modified_at", "size", "digest", "details"],
        ["PsResponse"] = ["models"],
        ["Ps"] = ["name", "model", "size", "digest", "details", "expires_at", "size_vram", "context_length"],
        ["ShowResponse"] = ["parameters", "modified_at", "details", "template", "capabilities", "model_info", "modelfile"],
        ["VersionResponse"] = ["version"],
        ["StatusEvent"] = ["status"],
        ["ErrorResponse"] = ["error"],
    };

    internal static void Check(string name, JsonElement value)
    {
        Schemas.Check(name, value);
        Assert.All(Demanded[name], member => Assert.True(value.TryGetProperty(member, out _), $"{name} has no {member}: {value}"));
    }

    /// <summary>The lines of a stream: all but the last one are pieces, and that one is the end.</summary>
    internal static void CheckStream(string piece, string end, IReadOnlyList<JsonElement> lines)
    {
        Assert.All(lines.Take(lines.Count - 1), line =>
        {
            Check(piece, line);
            Assert.False(line.GetProperty("done").GetBoolean());
        });
        Check(end, lines[^1]);
        Assert.True(lines[^1].GetProperty("done").GetBoolean());
    }
}
