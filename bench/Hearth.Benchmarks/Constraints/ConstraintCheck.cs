using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hearth.Benchmarks.Machine;
using Hearth.Benchmarks.Measuring;
using Hearth.Benchmarks.Models;
using Hearth.Benchmarks.Reports;
using Hearth.Formats.Gguf;
using Hearth.Inference.Constraints;
using Hearth.Inference.Constraints.Schemas;
using Hearth.Inference.Tokenizers;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Events;
using Hearth.Workers.Client;

namespace Hearth.Benchmarks.Constraints;

/// <summary>What it costs that an answer must fulfil a schema: <c>./test --long constraints [--rounds N]</c>.</summary>
/// <remarks>Compiling and masks by real schemas and their valid instances, one thread, in this process; the speed of whole answers in a confined worker.</remarks>
static class ConstraintCheck
{
    const double MostUsedByOthers = 0.05, CompileP50 = 2, CompileP99 = 20, MaskMean = 60, MaskP99 = 500, SpeedBar = 0.95;
    const int AnswerTokens = 200, WarmUps = 16;

    const string Story = """{"type": "object", "properties": {"title": {"type": "string", "maxLength": 60}, "chapters": {"type": "array", "minItems": 40, "items": {"type": "object", "properties": {"name": {"type": "string", "maxLength": 40}, "page": {"type": "integer", "minimum": 1, "maximum": 900}}, "required": ["name", "page"], "additionalProperties": false}}}, "required": ["title", "chapters"], "additionalProperties": false}""";

    static readonly JsonSerializerOptions[] Forms = [Form(indented: false), Form(indented: true)];

    static string Shared => Path.Combine(Command.Root, "..", "shared", "data");

    /// <summary>Costs with one vocabulary, sorted: milliseconds to compile, microseconds a mask; and how many valid instances could not be written to their end, as one with members that nobody named can't.</summary>
    internal sealed record Costs(string Vocabulary, int Tokens, double[] Compile, double[] Masks, int Refused)
    {
        internal bool AreMet => At(Compile, 0.5) <= CompileP50 && At(Compile, 0.99) <= CompileP99 && Masks.Average() <= MaskMean && At(Masks, 0.99) <= MaskP99;
    }

    internal static async Task<bool> RunAsync(Arguments arguments)
    {
        var rounds = (int)arguments.Number("--rounds", 8);
        arguments.ExpectNoMore();
        var shipped = Path.Combine(Command.Root, BenchmarkModels.Shipped);
        // What is compiled ahead of time in a worker is compiled here while it runs: the first time doesn't count.
        var schemas = Path.Combine(Shared, "json-schema", "real-world");
        Measure("SmolLM2", shipped, schemas);
        List<Costs> costs = [Measure("SmolLM2", shipped, schemas), Measure("Qwen3", Path.Combine(Shared, "tokenizers", "qwen3.gguf"), schemas)];
        var (ratios, dropped) = await SpeedAsync(shipped, rounds, AnswerTokens, MostUsedByOthers);
        var speed = Quartiles.Of(ratios);

        var report = await new Report("What constraints cost").AddOriginAsync("./test --long constraints");
        report.AddParagraph(
            "200 schemas that people wrote, each compiled once; then each of their valid instances, compact and indented, token by token, with the mask of every step. One thread, in the order of the files: what a schema has in "
            + "common with earlier ones is kept, as in a worker.");
        report.AddTable(
            ["vocabulary", "tokens", $"compile ms, p50 (≤ {CompileP50})", $"p99 (≤ {CompileP99})", $"mask µs, mean (≤ {MaskMean})", "p50", $"p99 (≤ {MaskP99})", "longest", "masks", ""],
            costs.Select(c => (IReadOnlyList<string>)[
                c.Vocabulary, $"{c.Tokens:N0}", Report.Number(At(c.Compile, 0.5), "F2"), Report.Number(At(c.Compile, 0.99), "F1"), Report.Number(c.Masks.Average(), "F1"), Report.Number(At(c.Masks, 0.5), "F1"),
                Report.Number(At(c.Masks, 0.99), "F0"), Report.Number(c.Masks[^1], "F0"), $"{c.Masks.Length:N0}", Report.Judge(c.AreMet)]));
        report.AddParagraph(
            $"Answers of {AnswerTokens} tokens of the shipped model in a confined worker, constrained by a schema and free, in turn: tokens per second of the first by the second, median (quartiles) of {rounds} rounds **{Report.Text(speed, "F3")}**, "
            + $"bar ≥ {Report.Number(SpeedBar, "F2")}: {Report.Judge(speed.Median >= SpeedBar)}; {dropped} rounds dropped because others used more than {MostUsedByOthers:P0} of the machine.");
        await report.WriteAsync("constraints", new { costs = costs.Select(c => new { c.Vocabulary, c.Tokens, c.Compile, MasksMean = c.Masks.Average(), MasksP99 = At(c.Masks, 0.99) }), ratios });
        return costs.TrueForAll(c => c.AreMet) && speed.Median >= SpeedBar;
    }

    /// <summary>By the schemas of each file that come first.</summary>
    internal static Costs Measure(string name, string file, string schemas, int most = int.MaxValue)
    {
        using var gguf = GgufFile.Open(file);
        var tokenizer = Tokenizer.Create(gguf);
        var vocabulary = new ConstraintVocabulary(tokenizer);
        var (compile, masks, refused) = (new List<double>(), new List<double>(), 0);
        foreach (var line in Directory.GetFiles(schemas, "*.jsonl").Order(StringComparer.Ordinal).SelectMany(path => File.ReadLines(path).Take(most)))
        {
            using var document = JsonDocument.Parse(line);
            var start = Stopwatch.GetTimestamp();
            Node grammar;
            try
            {
                grammar = SchemaCompiler.Compile(document.RootElement.GetProperty("schema"));
            }
            catch (EngineException)
            {
                continue;
            }

            compile.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            foreach (var test in document.RootElement.GetProperty("tests").EnumerateArray().Where(t => t.GetProperty("valid").GetBoolean()))
                refused += Forms.Count(form => !Write(new(grammar, vocabulary), tokenizer, JsonSerializer.Serialize(test.GetProperty("data"), form), masks));
        }

        return new(name, vocabulary.Count, [.. compile.Order()], [.. masks.Order()], refused);
    }

    /// <summary>Whether all of a text may be written.</summary>
    static bool Write(Constraint constraint, Tokenizer tokenizer, string text, List<double> masks)
    {
        var tokens = new List<int>();
        tokenizer.Encode(text, parseSpecial: false, tokens);
        foreach (var token in tokens)
        {
            var start = Stopwatch.GetTimestamp();
            constraint.Mask();
            masks.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            if (!constraint.TryAdvance(token))
                return false;
        }

        return true;
    }

    internal static async Task<(List<double> Ratios, int Dropped)> SpeedAsync(string file, int rounds, int tokens, double mostUsedByOthers)
    {
        await using var model = await WorkerModelFile.OpenAsync(new() { ModelPaths = [file] });
        await using var engine = await model.LoadAsync(new() { ContextLength = 1024 });
        var (ratios, dropped, quiet) = (new List<double>(), 0, new QuietRuns(mostUsedByOthers, WorkerTicks));
        // Both ways are compiled for good before they are compared.
        for (var i = 0; i < WarmUps; i++)
            await RateAsync(engine, tokens, isConstrained: i % 2 == 0);
        while (ratios.Count < rounds)
        {
            var order = (ratios.Count + dropped) % 2 == 0;
            var ((first, second), others) = await quiet.RunAsync(async () => (await RateAsync(engine, tokens, order), await RateAsync(engine, tokens, !order)));
            if (others > mostUsedByOthers)
                dropped++;
            else
                ratios.Add(order ? first / second : second / first);
        }

        return (ratios, dropped);
    }

    static long WorkerTicks() => ProcessTree.Descendants(Environment.ProcessId).Sum(ProcessTree.Ticks);

    static async Task<double> RateAsync(IEngine engine, int tokens, bool isConstrained)
    {
        var request = new GenerationRequest(new ChatPrompt([new("user", "Write the table of contents of a book.")]))
        {
            MaxTokens = tokens,
            UseCache = false,
            IgnoreEndOfText = !isConstrained,
            Constraint = isConstrained ? new(ConstraintKind.JsonSchema, Story) : null,
        };
        await foreach (var said in engine.GenerateAsync(request))
        {
            if (said is Completed done)
                return (done.GeneratedTokens - 1) / done.Timings.Decode.TotalSeconds;
        }

        throw new CommandFailedException("The answer did not end.");
    }

    static double At(double[] sorted, double share) => sorted[(int)((sorted.Length - 1) * share)];

    static JsonSerializerOptions Form(bool indented) => new() { WriteIndented = indented, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
