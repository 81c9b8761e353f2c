using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hearth.Tests.Support;
using Json.Schema;

namespace Hearth.Tests.Server.Support;

/// <summary>The schemas of a description of an API (OpenAPI 3.1).</summary>
/// <param name="path">Where it is among the shared files.</param>
sealed class ApiSchemas(params string[] path)
{
    readonly Lazy<JsonNode> _components = new(() => JsonNode.Parse(File.ReadAllBytes(Repository.Shared(path)))!["components"]!);
    readonly ConcurrentDictionary<string, JsonSchema> _schemas = new();

    internal void Check(string name, JsonElement value)
    {
        var schema = _schemas.GetOrAdd(name, n => JsonSchema.FromText(
            new JsonObject { ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["$ref"] = $"#/components/schemas/{n}", ["components"] = _components.Value.DeepClone() }.ToJsonString(),
            new BuildOptions { SchemaRegistry = new(), Dialect = Dialect.Draft202012 }));
        var result = schema.Evaluate(value, new EvaluationOptions { OutputFormat = OutputFormat.List });
        Assert.True(result.IsValid, $"{name}: {string.Join("; ", (result.Details ?? []).Where(d => d.Errors is not null).SelectMany(d => d.Errors!.Select(e => $"{d.InstanceLocation}: {e.Value}")).Take(8))}\n{value}");
    }
}
