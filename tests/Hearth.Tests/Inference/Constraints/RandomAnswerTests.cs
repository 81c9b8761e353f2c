using System.Text.Json;
using System.Text.Json.Nodes;
using Hearth.Inference.Constraints;
using Hearth.Inference.Constraints.Schemas;
using Hearth.Requests;
using Hearth.Tests.Support;
using Json.Schema;

namespace Hearth.Tests.Inference.Constraints;

/// <summary>Answers drawn blindly from the masks fulfil their schemas, as another implementation judges them.</summary>
public sealed class RandomAnswerTests(ITestOutputHelper output)
{
    const int Walks = 2;

    static readonly EvaluationOptions Judgement = new() { RequireFormatValidation = false };

    [Fact]
    public void They_are_valid()
    {
        var vocabulary = RealSchemaTests.Vocabulary;
        var (walks, finished, wrong) = (0, 0, new List<string>());
        foreach (var line in Directory.GetFiles(Repository.Shared("data", "json-schema", "real-world"), "*.jsonl").Order().SelectMany(File.ReadLines))
        {
            using var document = JsonDocument.Parse(line);
            var (id, source) = (document.RootElement.GetProperty("id").GetString()!, document.RootElement.GetProperty("schema"));
            if (TryCompile(source) is not { } grammar)
                continue;
            for (var seed = 0; seed < Walks; seed++)
            {
                walks++;
                if (BlindWalk.Write(grammar, vocabulary, new Random(seed)) is not { } text)
                    continue;
                finished++;
                if (Judge(source, text) is { } fault)
                    wrong.Add($"{id}: {fault}: {text}");
            }
        }

        output.WriteLine($"{walks} walks, {finished} finished, {wrong.Count} wrong");
        output.WriteLine(string.Join('\n', wrong.Select(w => w.Length > 500 ? w[..500] : w)));
        Assert.Empty(wrong);
        Assert.InRange(finished, walks * 0.9, walks);
    }

    static Node? TryCompile(JsonElement schema)
    {
        try
        {
            return SchemaCompiler.Compile(schema);
        }
        catch (EngineException)
        {
            return null;
        }
    }

    /// <summary>Null where it is valid.</summary>
    static string? Judge(JsonElement schema, string text)
    {
        // An object with two members of one name means what its reader likes.
        var answer = JsonNode.Parse(text, documentOptions: new() { AllowDuplicateProperties = false });
        var source = Modern(JsonNode.Parse(schema.GetRawText())!).ToJsonString();
        var options = new BuildOptions { SchemaRegistry = new(), Dialect = Draft(source) };
        var result = JsonSchema.FromText(source, options).Evaluate(JsonSerializer.SerializeToElement(answer), Judgement);
        return result.IsValid ? null : "invalid";
    }

    static Dialect Draft(string source)
        => source.Contains("draft-06", StringComparison.Ordinal) ? Dialect.Draft06 : source.Contains("draft-07", StringComparison.Ordinal) ? Dialect.Draft07 : Dialect.Draft202012;

    /// <summary>The judge knows no draft 4: what that says otherwise is written as draft 6 does.</summary>
    static JsonNode Modern(JsonNode schema)
    {
        if (schema is JsonObject members)
        {
            foreach (var (limit, exclusive) in (ReadOnlySpan<(string, string)>)[("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")])
            {
                if (members[exclusive] is not JsonValue value || !value.TryGetValue<bool>(out var isExclusive))
                    continue;
                members.Remove(exclusive);
                if (!isExclusive || members[limit] is not { } bound)
                    continue;
                members.Remove(limit);
                members[exclusive] = bound;
            }

            if (members["$schema"] is JsonValue named && named.TryGetValue<string>(out var draft) && draft.Contains("draft-04", StringComparison.Ordinal))
            {
                members["$schema"] = "http://json-schema.org/draft-06/schema#";
                members.Remove("id");
            }

            foreach (var member in members.Select(m => m.Value).OfType<JsonNode>().ToList())
                Modern(member);
        }
        else if (schema is JsonArray items)
        {
            foreach (var item in items.OfType<JsonNode>())
                Modern(item);
        }

        return schema;
    }
}
