using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Hearth.Inference.Constraints;
using Hearth.Inference.Constraints.Schemas;
using Hearth.Inference.Tokenizers;
using Hearth.Requests;
using Hearth.Tests.Inference.Tokenizers;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.Constraints;

/// <summary>
/// 200 schemas that people wrote, with instances: no invalid one may be writable token by token, and every valid one must be, but for those with members that their schema names nowhere:
/// it allows them, and they are not written where it says nothing of others.
/// </summary>
public sealed class RealSchemaTests(ITestOutputHelper output)
{
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    static readonly JsonSerializerOptions Compact = new(Indented) { WriteIndented = false };

    /// <summary>With valid instances whose members are in another order than they are declared in, or have names that are declared for another object.</summary>
    static readonly string[] WrittenOtherwise = ["Github_hard---o61003:", "JsonSchemaStore---tmuxinator:"];

    /// <summary>That of SmolLM2, 49,152 tokens.</summary>
    internal static ConstraintVocabulary Vocabulary => Shared.Value;

    static readonly Lazy<ConstraintVocabulary> Shared = new(() => new(Vocabularies.SmolLm2));

    [Fact]
    public void Valid_instances_can_be_written_and_invalid_ones_cannot()
    {
        var folder = Repository.Shared("data", "json-schema", "real-world");
        var tokenizer = Vocabularies.SmolLm2;
        var vocabulary = Vocabulary;
        var (schemas, refused, rejected, accepted, unnamed) = (0, new List<string>(), new List<string>(), new List<string>(), 0);
        var compile = new List<double>();
        var masks = new List<double>();
        foreach (var line in Directory.GetFiles(folder, "*.jsonl").Order().SelectMany(File.ReadLines))
        {
            using var document = JsonDocument.Parse(line);
            var id = document.RootElement.GetProperty("id").GetString()!;
            schemas++;
            Node grammar;
            var clock = Stopwatch.StartNew();
            try
            {
                grammar = SchemaCompiler.Compile(document.RootElement.GetProperty("schema"));
                compile.Add(clock.Elapsed.TotalMilliseconds);
            }
            catch (EngineException e)
            {
                refused.Add($"{id}: {e.Message}");
                continue;
            }

            foreach (var test in document.RootElement.GetProperty("tests").EnumerateArray())
            {
                var valid = test.GetProperty("valid").GetBoolean();
                foreach (var form in (JsonSerializerOptions[])[Compact, Indented])
                {
                    var text = JsonSerializer.Serialize(test.GetProperty("data"), form);
                    var written = Write(new(grammar, vocabulary), tokenizer, text, masks);
                    if (valid && written is not null && HasUnnamed(document.RootElement.GetProperty("schema"), test.GetProperty("data")))
                        unnamed++;
                    else if (valid && written is not null)
                        rejected.Add($"{id}: {written}: {text}");
                    if (!valid && written is null && !(test.TryGetProperty("formatOnly", out var only) && only.ValueKind == JsonValueKind.True))
                        accepted.Add($"{id}: {text}");
                }
            }
        }

        compile.Sort();
        masks.Sort();
        output.WriteLine($"{schemas} schemas, {refused.Count} refused, {rejected.Count} valid rejected and {unnamed} with members that nobody named, {accepted.Count} invalid accepted");
        output.WriteLine($"compile ms p50 {At(compile, 0.5):F2} p99 {At(compile, 0.99):F2} max {compile[^1]:F2}; mask us mean {masks.Average():F1} p50 {At(masks, 0.5):F1} p99 {At(masks, 0.99):F1} max {masks[^1]:F1} of {masks.Count}");
        foreach (var text in refused.Concat(accepted).Concat(rejected).Take(120))
            output.WriteLine(text.Length > 400 ? text[..400] : text);
        Assert.Empty(accepted);
        Assert.All(rejected, r => Assert.Contains(WrittenOtherwise, id => r.StartsWith(id, StringComparison.Ordinal)));
        Assert.InRange(refused.Count, 0, schemas / 10);
    }

    [Fact]
    public void The_largest_of_them_take_a_tenth_of_what_compiling_may_take()
    {
        const long tenth = 1_500_000;
        foreach (var line in Directory.GetFiles(Repository.Shared("data", "json-schema", "real-world"), "*.jsonl").SelectMany(File.ReadLines))
        {
            var test = JsonElement.Parse(line);
            if (!TryCompile(test.GetProperty("schema"), new()))
                continue;
            Assert.True(TryCompile(test.GetProperty("schema"), new(tenth)), $"{test.GetProperty("id")}");
        }
    }

    static bool TryCompile(JsonElement schema, CompileBudget budget)
    {
        try
        {
            SchemaCompiler.Compile(schema, budget);
            return true;
        }
        catch (EngineException)
        {
            return false;
        }
    }

    /// <summary>True where a value has a member, however deep, that its schema names nowhere.</summary>
    static bool HasUnnamed(JsonElement schema, JsonElement value)
    {
        var names = new HashSet<string>();
        AddNames(schema, names);
        return HasOthers(value);

        bool HasOthers(JsonElement at) => at.ValueKind switch
        {
            JsonValueKind.Object => at.EnumerateObject().Any(m => !names.Contains(m.Name) || HasOthers(m.Value)),
            JsonValueKind.Array => at.EnumerateArray().Any(HasOthers),
            _ => false,
        };
    }

    static void AddNames(JsonElement schema, HashSet<string> names)
    {
        if (schema.ValueKind == JsonValueKind.Array)
            schema.EnumerateArray().ToList().ForEach(item => AddNames(item, names));
        if (schema.ValueKind != JsonValueKind.Object)
            return;
        foreach (var keyword in schema.EnumerateObject())
        {
            if (keyword is { Name: "properties", Value.ValueKind: JsonValueKind.Object })
                names.UnionWith(keyword.Value.EnumerateObject().Select(p => p.Name));
            if (keyword is { Name: "required", Value.ValueKind: JsonValueKind.Array })
                names.UnionWith(keyword.Value.EnumerateArray().Where(n => n.ValueKind == JsonValueKind.String).Select(n => n.GetString()!));
            AddNames(keyword.Value, names);
        }
    }

    static double At(List<double> sorted, double q) => sorted[(int)((sorted.Count - 1) * q)];

    /// <summary>Null if it can be written; otherwise where not.</summary>
    static string? Write(Constraint constraint, Tokenizer tokenizer, string text, List<double> masks)
    {
        var tokens = new List<int>();
        tokenizer.Encode(text, parseSpecial: false, tokens);
        var written = new StringBuilder();
        foreach (var token in tokens)
        {
            var start = Stopwatch.GetTimestamp();
            var mask = constraint.Mask();
            masks.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            var allowed = (mask[token >> 6] >> token & 1) != 0;
            if (constraint.TryAdvance(token) != allowed)
                throw new InvalidOperationException($"The mask and the step differ at {tokenizer.Decode([token])} after {written}.");
            if (!allowed)
                return $"not '{tokenizer.Decode([token])}' after '{written}'";
            written.Append(tokenizer.Decode([token]));
        }

        return constraint.IsComplete ? null : "not the end";
    }
}
