using System.Security.Cryptography;
using System.Text.Json;
using Hearth.Server.Access;
using Hearth.Server.Json;
using Hearth.Server.Serving;

namespace Hearth.Server.Ollama;

/// <summary>The <c>options</c> of a request. What concerns speed and memory only (num_thread, num_gpu, num_batch, use_mmap, …) is passed over: that is the server's own concern.</summary>
static class OllamaOptions
{
    /// <summary>Options that would change the answer and are not done here, with the value that asks for nothing.</summary>
    static readonly (string Name, double Harmless)[] NotDone = [("mirostat", 0), ("tfs_z", 1), ("penalize_newline", 1)];

    /// <summary>How tokens are drawn.</summary>
    /// <exception cref="Refusal">An option is wrong, or asks for what isn't done.</exception>
    internal static AskedSampling Read(RequestBody body)
    {
        if (body.Object("options") is not { } options)
            return new();
        foreach (var (name, harmless) in NotDone)
        {
            if (options.Find(name) is { } value && Number(value) != harmless)
                throw Refusal.Unsupported(options.Name(name), $"'{options.Name(name)}' is not supported here. Leave it out.");
        }

        var (temperature, topK) = (options.Number("temperature", 0, 100), options.Whole("top_k", int.MinValue, int.MaxValue));
        var (topP, minP, typicalP) = (options.Number("top_p", 0, 1), options.Number("min_p", 0, 1), options.Number("typical_p", 0, 1));
        var (repeat, window) = (options.Number("repeat_penalty", 0.01, 100), options.Whole("repeat_last_n", -1, int.MaxValue));
        var (presence, frequency) = (options.Number("presence_penalty", -100, 100), options.Number("frequency_penalty", -100, 100));
        return new()
        {
            MaxTokens = options.Whole("num_predict", int.MinValue, int.MaxValue) is { } most ? Limit((int)most) : null,
            Stop = AskedSampling.Stops(options, "stop"),
            Seed = options.Whole("seed", long.MinValue, long.MaxValue) is { } seed ? Seed(seed) : null,
            Change = defaults => defaults with
            {
                Temperature = (float?)temperature ?? defaults.Temperature,
                // Below one is off.
                TopK = topK is { } k ? (int)Math.Max(k, 0) : defaults.TopK,
                TopP = (float?)topP ?? defaults.TopP,
                MinP = (float?)minP ?? defaults.MinP,
                TypicalP = (float?)typicalP ?? defaults.TypicalP,
                RepetitionPenalty = (float?)repeat ?? defaults.RepetitionPenalty,
                PenaltyWindow = (int?)window ?? defaults.PenaltyWindow,
                PresencePenalty = (float?)presence ?? defaults.PresencePenalty,
                FrequencyPenalty = (float?)frequency ?? defaults.FrequencyPenalty,
            },
        };
    }

    /// <summary>The context that a request wants, which may be less than the one that is loaded; null where it doesn't say.</summary>
    internal static long? ContextLength(RequestBody body) => body.Object("options")?.Whole("num_ctx", 1, int.MaxValue);

    /// <summary>−1 and −2, and anything else below one, go on to the end of the context, whatever the model's settings say.</summary>
    static int Limit(int tokens) => tokens > 0 ? tokens : int.MaxValue;

    /// <summary>Below zero is another one each time, whatever the model's settings say.</summary>
    static ulong Seed(long seed) => seed >= 0 ? (ulong)seed : BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    static double Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        _ => double.NaN,
    };
}
