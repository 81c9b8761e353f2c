using System.Globalization;
using System.Text.Json;
using Hearth.Server.Access;
using Hearth.Server.Json;
using Hearth.Server.Serving;

namespace Hearth.Server.OpenAi;

/// <summary>The fields of OpenAI's API that say how tokens are drawn.</summary>
static class OpenAiSampling
{
    /// <summary>Digits of a token.</summary>
    const int LongestToken = 10;

    /// <param name="body">The request.</param>
    /// <param name="limits">What the field with the most tokens is called; of several the first that is there counts.</param>
    internal static AskedSampling Read(RequestBody body, params ReadOnlySpan<string> limits)
    {
        var (temperature, topP) = (body.Number("temperature", 0, 2), body.Number("top_p", 0, 1));
        var (frequency, presence) = (body.Number("frequency_penalty", -2, 2), body.Number("presence_penalty", -2, 2));
        var bias = Bias(body);
        return new()
        {
            MaxTokens = MaxTokens(body, limits),
            Stop = AskedSampling.Stops(body, "stop"),
            Seed = body.Whole("seed", long.MinValue, long.MaxValue) is { } seed ? unchecked((ulong)seed) : null,
            Change = options => options with
            {
                Temperature = (float?)temperature ?? options.Temperature,
                TopP = (float?)topP ?? options.TopP,
                FrequencyPenalty = (float?)frequency ?? options.FrequencyPenalty,
                PresencePenalty = (float?)presence ?? options.PresencePenalty,
                // The API's penalties look at the whole text.
                PenaltyWindow = frequency is not null || presence is not null ? -1 : options.PenaltyWindow,
                LogitBias = bias ?? options.LogitBias,
            },
        };
    }

    static int? MaxTokens(RequestBody body, ReadOnlySpan<string> limits)
    {
        int? most = null;
        foreach (var field in limits)
        {
            // Read also where it doesn't count: it may be wrong.
            var given = (int?)body.Whole(field, 1, int.MaxValue);
            most ??= given;
        }

        return most;
    }

    static Dictionary<int, float>? Bias(RequestBody body)
    {
        if (body.Object("logit_bias") is not { } members)
            return null;
        var bias = new Dictionary<int, float>();
        foreach (var member in members.Element.EnumerateObject())
        {
            var value = member.Value.ValueKind == JsonValueKind.Number ? member.Value.GetDouble() : double.NaN;
            // A number may begin with any number of zeros.
            if (member.Name.Length > LongestToken || !int.TryParse(member.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var token) || value is not (>= -100 and <= 100))
                throw Refusal.Invalid("logit_bias", "'logit_bias' has something else than token numbers with numbers from -100 to 100.");
            bias[token] = (float)value;
        }

        return bias;
    }
}
