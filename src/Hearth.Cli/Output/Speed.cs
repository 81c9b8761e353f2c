using Hearth.Requests.Events;

namespace Hearth.Cli.Output;

/// <summary>How fast an answer was.</summary>
static class Speed
{
    /// <summary>Prompt tokens that were computed, a second; 0 where all were cached or the time is too short to tell.</summary>
    internal static double Prefill(Completed done) => PerSecond(done.PromptTokens - done.CachedTokens, done.Timings.Prefill);

    /// <summary>Generated tokens a second. The first one belongs to the prefill, so it is not counted.</summary>
    internal static double Decode(Completed done) => PerSecond(done.GeneratedTokens - 1, done.Timings.Decode);

    /// <summary>One line for people.</summary>
    internal static string Describe(Completed done)
        => $"first token after {Quantity.Time(done.Timings.TimeToFirstToken)} · prompt {Quantity.Grouped(done.PromptTokens)} tokens"
            + (done.CachedTokens > 0 ? $" ({Quantity.Grouped(done.CachedTokens)} cached)" : "")
            + $", {Quantity.Short(Prefill(done))} tokens/s · answer {Quantity.Grouped(done.GeneratedTokens)} tokens, {Quantity.Short(Decode(done))} tokens/s";

    static double PerSecond(int tokens, TimeSpan time) => tokens > 0 && time > TimeSpan.Zero ? tokens / time.TotalSeconds : 0;
}
