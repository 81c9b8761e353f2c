using System.Runtime.InteropServices;
using System.Text.Json;
using Hearth.Requests.Chat;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.Sampling;

/// <summary>One case of tests/data/sampling/cases.json: logits, options and order, and the distribution that must result.</summary>
sealed record SamplerCase(
    string Name, float[] Logits, SamplingOptions Options, string[] Order, int[] History, Dictionary<int, double> Expected, bool Tie)
{
    static readonly Lazy<float[]> Rows = new(() => ReadRows());

    internal static IReadOnlyDictionary<string, SamplerCase> All { get; } = Read();

    static Dictionary<string, SamplerCase> Read()
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Repository.At("tests", "data", "sampling", "cases.json")));
        return json.RootElement.GetProperty("cases").EnumerateArray().Select(Parse).ToDictionary(c => c.Name);
    }

    static SamplerCase Parse(JsonElement c)
    {
        var settings = c.GetProperty("settings");
        return new(
            c.GetProperty("name").GetString()!,
            ParseLogits(c.GetProperty("logits")),
            ParseOptions(settings),
            [.. c.GetProperty("order").EnumerateArray().Select(name => name.GetString()!)],
            c.TryGetProperty("history", out var history) ? [.. history.EnumerateArray().Select(token => token.GetInt32())] : [],
            c.GetProperty("expected").EnumerateObject().ToDictionary(p => int.Parse(p.Name), p => p.Value.GetDouble()),
            c.TryGetProperty("tie", out _));
    }

    static SamplingOptions ParseOptions(JsonElement settings)
    {
        float Number(string name, float otherwise) => settings.TryGetProperty(name, out var value) ? value.GetSingle() : otherwise;
        return new()
        {
            Temperature = Number("temperature", 1),
            TopK = (int)Number("top_k", 0),
            TopP = Number("top_p", 1),
            MinP = Number("min_p", 0),
            TypicalP = Number("typical_p", 1),
            RepetitionPenalty = Number("repetition_penalty", 1),
            PresencePenalty = Number("presence_penalty", 0),
            FrequencyPenalty = Number("frequency_penalty", 0),
            PenaltyWindow = -1,
            LogitBias = settings.TryGetProperty("logit_bias", out var bias)
                ? bias.EnumerateObject().ToDictionary(p => int.Parse(p.Name), p => p.Value.GetSingle())
                : [],
        };
    }

    static float[] ParseLogits(JsonElement logits)
        => logits.ValueKind == JsonValueKind.Array ? [.. logits.EnumerateArray().Select(l => l.GetSingle())] : Row(logits.GetProperty("row").GetInt32());

    /// <summary>The real logits of one of eight prompts.</summary>
    internal static float[] Row(int row)
    {
        const int Vocabulary = 49152;
        return Rows.Value.AsSpan(row * Vocabulary, Vocabulary).ToArray();
    }

    static float[] ReadRows()
        => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Repository.At("tests", "data", "SmolLM2-135M-Instruct", "logits.f32"))).ToArray();
}
