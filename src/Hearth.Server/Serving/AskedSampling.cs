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
}
