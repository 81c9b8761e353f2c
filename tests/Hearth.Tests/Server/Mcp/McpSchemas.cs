using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hearth.Tests.Support;
using Json.Schema;

namespace Hearth.Tests.Server.Mcp;

/// <summary>The schemas of the protocol, one a version.</summary>
static class McpSchemas
{
    internal const string Newest = "2026-07-28";

    /// <summary>The versions that are tried.</summary>
    internal static readonly string[] Versions = [Newest, "2025-11-25", "2025-06-18"];

    static readonly ConcurrentDictionary<(string Version, string Type), JsonSchema> Schemas = new();

    /// <summary>Checks a message of the server, and what it answers.</summary>
    /// <param name="version">The version that is spoken.</param>
    /// <param name="message">The whole message.</param>
    /// <param name="result">What its result must be, by the schema's name; null for an error.</param>
    internal static void CheckMessage(string version, JsonElement message, string? result)
    {
        var error = version is "2025-06-18" ? "JSONRPCError" : "JSONRPCErrorResponse";
        var answer = version == Newest || version == "2025-11-25" ? "JSONRPCResultResponse" : "JSONRPCResponse";
        Check(version, result is null ? error : answer, message);
        if (result is not null)
            Check(version, result, message.GetProperty("result"));
    }

    internal static void Check(string version, string type, JsonElement value)
    {
        var result = Schemas.GetOrAdd((version, type), _ => Load(version, type)).Evaluate(value, new EvaluationOptions { OutputFormat = OutputFormat.List });
        Assert.True(result.IsValid, $"{version} {type}: {string.Join("; ", (result.Details ?? []).Where(d => d.Errors is not null).SelectMany(d => d.Errors!.Select(e => $"{d.InstanceLocation}: {e.Value}")).Take(8))}\n{value}");
    }

    static JsonSchema Load(string version, string type)
    {
        var old = version == "2025-06-18";
        var root = JsonNode.Parse(File.ReadAllBytes(Repository.Shared("data", "mcp", version, "schema.json")))!.AsObject();
        root["$ref"] = $"#/{(old ? "definitions" : "$defs")}/{type}";
        return JsonSchema.FromText(root.ToJsonString(), new BuildOptions { SchemaRegistry = new(), Dialect = old ? Dialect.Draft07 : Dialect.Draft202012 });
    }
}
