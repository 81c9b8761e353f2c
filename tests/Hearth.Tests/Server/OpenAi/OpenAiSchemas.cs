using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hearth.Tests.Support;
using Json.Schema;

namespace Hearth.Tests.Server.OpenAi;

/// <summary>The schemas of OpenAI's own description of its API.</summary>
static class OpenAiSchemas
{
    static readonly Lazy<JsonNode> Components = new(() => JsonNode.Parse(File.ReadAllBytes(Repository.Shared("data", "openai", "openapi.json")))!["components"]!);
    static readonly ConcurrentDictionary<string, JsonSchema> Schemas = new();

    internal static void Check(string name, JsonElement value)
    {
        var schema = Schemas.GetOrAdd(name, n => JsonSchema.FromText(
            new JsonObject { ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["$ref"] = $"#/components/schemas/{n}", ["components"] = Components.Value.DeepClone() }.ToJsonString(),
            new BuildOptions { SchemaRegistry = new(), Dialect = Dialect.Draft202012 }));
        var result = schema.Evaluate(value, new EvaluationOptions { OutputFormat = OutputFormat.List });
        Assert.True(result.IsValid, $"{name}: {string.Join("; ", (result.Details ?? []).Where(d => d.Errors is not null).SelectMany(d => d.Errors!.Select(e => $"{d.InstanceLocation}: {e.Value}")).Take(8))}\n{value}");
    }
}
