using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hearth.Tests.Support;
using Json.Schema;

namespace Hearth.Tests.Server.Support;

/// <summary>The schemas of an API's own description (OpenAPI 3.1).</summary>
/// <param name="name">Whose it is: the folder of the shared data.</param>
sealed class ApiSchemas(string name)
{
    readonly Lazy<JsonNode> _components = new(() => JsonNode.Parse(File.ReadAllBytes(Repository.Shared("data", name, "openapi.json")))!["components"]!);
    readonly ConcurrentDictionary<string, JsonSchema> _schemas = new();

    internal void Check(string schemaName, JsonElement value)
    {
        var schema = _schemas.GetOrAdd(schemaName, n => JsonSchema.FromText(
            new JsonObject { ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["$ref"] = $"#/components/schemas/{n}", ["components"] = _components.Value.DeepClone() }.ToJsonString(),
            new BuildOptions { SchemaRegistry = new(), Dialect = Dialect.Draft202012 }));
        var result = schema.Evaluate(value, new EvaluationOptions { OutputFormat = OutputFormat.List });
        Assert.True(result.IsValid, $"{schemaName}: {string.Join("; ", (result.Details ?? []).Where(d => d.Errors is not null).SelectMany(d => d.Errors!.Select(e => $"{d.InstanceLocation}: {e.Value}")).Take(8))}\n{value}");
    }
}
