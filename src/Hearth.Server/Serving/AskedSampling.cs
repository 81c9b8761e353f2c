using System.Globalization;
using System.Text.Json;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Server.Access;
using Hearth.Server.Json;

namespace Hearth.Server.Serving;

/// <summary>How a request wants its tokens drawn; what it doesn't say is as the model's settings have it.</summary>
sealed record AskedSampling
{
    const int MostStops = 16;

    internal int? MaxTokens { get; init; }

    internal IReadOnlyList<PrivateText> Stop { get; init; } = [];

    internal Func<SamplingOptions, SamplingOptions> Change { get; init; } = options => options;

    internal ulong? Seed { get; init; }

    /// <summary>The fields of OpenAI's API.</summary>
    internal static AskedSampling ReadOpenAi(RequestBody body)
    {
        var (temperature, topP) = (body.Number("temperature", 0, 2), body.Number("top_p", 0, 1));
        var (frequency, presence) = (body.Number("frequency_penalty", -2, 2), body.Number("presence_penalty", -2, 2));
        var bias = Bias(body);
        return new()
        {
            MaxTokens = (int?)(body.Whole("max_completion_tokens", 1, int.MaxValue) ?? body.Whole("max_tokens", 1, int.MaxValue)),
            Stop = Stops(body, "stop"),
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

    /// <summary>Texts that end an answer.</summary>
    internal static IReadOnlyList<PrivateText> Stops(RequestBody body, string field)
    {
        var stops = body.Texts(field);
        if (stops.Count > MostStops)
            throw Refusal.Invalid(body.Name(field), $"'{body.Name(field)}' has {stops.Count} texts; at most {MostStops} belong there.");
        return stops.Any(s => s.Length == 0) ? throw Refusal.Invalid(body.Name(field), $"'{body.Name(field)}' has an empty text, which would end every answer.") : [.. stops.Select(s => new PrivateText(s))];
    }

    /// <summary>The options of one of several answers: with a seed that is given, each has its own that follows from it.</summary>
    internal SamplingOptions Over(SamplingOptions defaults, int index)
        => Change(defaults) with { Seed = Seed is { } seed ? unchecked(seed + (ulong)index) : defaults.Seed };

    static Dictionary<int, float>? Bias(RequestBody body)
    {
        if (body.Object("logit_bias") is not { } members)
            return null;
        var bias = new Dictionary<int, float>();
        foreach (var member in members.Element.EnumerateObject())
        {
            if (!int.TryParse(member.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var token) || member.Value.ValueKind != JsonValueKind.Number)
                throw Refusal.Invalid("logit_bias", "'logit_bias' has something else than token numbers with numbers.");
            bias[token] = (float)members.Number(member.Name, -100, 100)!;
        }

        return bias;
    }
}
