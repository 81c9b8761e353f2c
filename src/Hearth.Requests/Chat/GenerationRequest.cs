namespace Hearth.Requests.Chat;

/// <summary>A request for an answer.</summary>
/// <param name="Prompt">What to continue.</param>
public sealed record GenerationRequest(Prompt Prompt)
{
    /// <summary>Tokens to generate at most; null goes on to the end of the context.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>How tokens are drawn.</summary>
    public SamplingOptions Sampling { get; init; } = new();

    /// <summary>Texts that end the answer; they are not part of it. At most 16, none empty.</summary>
    public IReadOnlyList<PrivateText> Stop { get; init; } = [];

    /// <summary>What the answer must be; null leaves it free. Not together with tools.</summary>
    public AnswerConstraint? Constraint { get; init; }

    /// <summary>How many of the most likely tokens to report at every step, 0 to 20; null reports none, 0 only the chosen one.</summary>
    public int? LogProbabilities { get; init; }

    /// <summary>True: end-of-text tokens do not end the answer.</summary>
    public bool IgnoreEndOfText { get; init; }

    /// <summary>Requests with the same scope may share cached prefixes, others never do: 32 bytes, or empty for the process's own scope.</summary>
    public ReadOnlyMemory<byte> CacheScope { get; init; }

    /// <summary>False: nothing is taken from the prefix cache or left in it.</summary>
    public bool UseCache { get; init; } = true;
}
