using Hearth.Requests.Chat;

namespace Hearth.Requests.Events;

/// <summary>What an engine says while it answers.</summary>
public abstract record GenerationEvent
{
    private protected GenerationEvent()
    {
    }

    /// <summary>The kind of event, never its text.</summary>
    public sealed override string ToString() => GetType().Name;
}

/// <summary>The request was accepted.</summary>
/// <param name="PromptTokens">Tokens of the prompt.</param>
/// <param name="CachedTokens">How many of them were in the prefix cache.</param>
/// <param name="TimeInLine">How long it waited.</param>
public sealed record Admitted(int PromptTokens, int CachedTokens, TimeSpan TimeInLine) : GenerationEvent;

/// <summary>A piece of the answer.</summary>
/// <param name="Text">Content in whole characters; may be empty while a character, a stop text or a call is incomplete.</param>
/// <param name="Tokens">The ids that were drawn since the last piece.</param>
/// <param name="LogProbabilities">One entry a token where they were asked for, else empty.</param>
public sealed record Delta(PrivateText Text, IReadOnlyList<int> Tokens, IReadOnlyList<TokenLogProbability> LogProbabilities) : GenerationEvent
{
    /// <summary>What the model thinks before it answers, in whole characters.</summary>
    public PrivateText Reasoning { get; init; }

    /// <summary>Calls that became complete: a call comes whole, since only then is it certain to be one.</summary>
    public IReadOnlyList<ToolCall> ToolCalls { get; init; } = [];
}

/// <summary>A drawn token with the most likely ones at its step.</summary>
/// <param name="Token">The drawn token.</param>
/// <param name="LogProbability">Its natural logarithm of probability, from the unmodified logits.</param>
/// <param name="Top">The most likely tokens, the likeliest first.</param>
public sealed record TokenLogProbability(int Token, float LogProbability, IReadOnlyList<TopToken> Top)
{
    /// <summary>How likely it was, never which one it is: tokens are text.</summary>
    public override string ToString() => FormattableString.Invariant($"{LogProbability}");
}

/// <summary>One of the most likely tokens at a step.</summary>
/// <param name="Token">Its id.</param>
/// <param name="LogProbability">Natural logarithm of its probability.</param>
public sealed record TopToken(int Token, float LogProbability)
{
    /// <summary>How likely it was, never which one it is.</summary>
    public override string ToString() => FormattableString.Invariant($"{LogProbability}");
}

/// <summary>The answer is complete.</summary>
/// <param name="Reason">Why it ended.</param>
/// <param name="StopText">The stop text that ended it, or null.</param>
/// <param name="PromptTokens">Tokens of the prompt.</param>
/// <param name="CachedTokens">How many of them were taken from the prefix cache.</param>
/// <param name="GeneratedTokens">Tokens drawn, the ending one included.</param>
/// <param name="Timings">Where the time went.</param>
/// <param name="Seed">The seed that was used.</param>
/// <param name="NumericProfile">The rules of arithmetic that make the answer reproducible.</param>
public sealed record Completed(
    FinishReason Reason, PrivateText? StopText, int PromptTokens, int CachedTokens, int GeneratedTokens, GenerationTimings Timings, ulong Seed, string NumericProfile)
    : GenerationEvent
{
    /// <summary>The name of a tool whose call was not complete when the answer ended, empty where not even the name was; null where there is no such call.</summary>
    public string? IncompleteToolCall { get; init; }
}

/// <summary>Why an answer ended. Append only: the numbers travel between processes.</summary>
public enum FinishReason
{
    /// <summary>The model said that it is done.</summary>
    EndOfText = 0,

    /// <summary>A stop text occurred.</summary>
    Stop = 1,

    /// <summary>The limit of the request was reached.</summary>
    MaxTokens = 2,

    /// <summary>The context is full.</summary>
    ContextFull = 3,

    /// <summary>The model is done and asks for tools to be called.</summary>
    ToolCalls = 4,

    /// <summary>The model ended inside a call, which cannot be used.</summary>
    IncompleteToolCall = 5,
}

/// <summary>Where the time of an answer went.</summary>
/// <param name="Prefill">From admission to the logits of the last prompt token.</param>
/// <param name="Decode">From then to the last token.</param>
/// <param name="TimeToFirstToken">From the request's arrival to the first drawn token.</param>
public sealed record GenerationTimings(TimeSpan Prefill, TimeSpan Decode, TimeSpan TimeToFirstToken);
