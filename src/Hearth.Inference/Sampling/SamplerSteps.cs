using Hearth.Requests.Chat;

namespace Hearth.Inference.Sampling;

/// <summary>The steps by the names that the field uses, and the order in which Hearth applies them.</summary>
static class SamplerSteps
{
    static readonly Dictionary<string, Func<SamplingOptions, int, ISamplerStep?>> Makers = new(StringComparer.Ordinal)
    {
        ["penalties"] = Penalties.For,
        ["logit_bias"] = (options, _) => LogitBias.For(options),
        ["top_k"] = TopK.For,
        ["typical_p"] = (options, _) => TypicalP.For(options),
        ["top_p"] = (options, _) => TopP.For(options),
        ["min_p"] = (options, _) => MinP.For(options),
        ["temperature"] = (options, _) => Temperature.For(options),
    };

    /// <summary>As <see cref="SamplingOptions"/> promises.</summary>
    static readonly string[] Order = [.. Makers.Keys];

    // At temperature 0 the filters change nothing, since they keep the most likely token. Only typical-p may drop it.
    static readonly string[] GreedyOrder = ["penalties", "logit_bias", "temperature"];

    /// <summary>The order for these options.</summary>
    internal static string[] OrderFor(SamplingOptions options) => options is { Temperature: 0, TypicalP: >= 1 } ? GreedyOrder : Order;

    /// <summary>The steps that the options do not switch off.</summary>
    internal static ISamplerStep[] Make(SamplingOptions options, int vocabulary, IEnumerable<string> order)
        => [.. order.Select(name => Makers[name](options, vocabulary)).OfType<ISamplerStep>()];
}
