namespace Hearth.Requests.Chat;

/// <summary>How the next token is drawn. The steps apply in this order: penalties, logit bias, top-k, typical-p, top-p, min-p, temperature.</summary>
public sealed record SamplingOptions
{
    /// <summary>Logits are divided by it, 0 to 100; 0 takes the most likely token.</summary>
    public float Temperature { get; init; } = 0.8f;

    /// <summary>Only the k most likely tokens; 0 is off.</summary>
    public int TopK { get; init; } = 40;

    /// <summary>The smallest set of most likely tokens whose probability reaches p, 0 to 1; 1 is off.</summary>
    public float TopP { get; init; } = 0.95f;

    /// <summary>Tokens with at least this share of the highest probability, 0 to 1; 0 is off.</summary>
    public float MinP { get; init; } = 0.05f;

    /// <summary>Locally typical sampling, 0 to 1; 1 is off.</summary>
    public float TypicalP { get; init; } = 1f;

    /// <summary>Divides positive and multiplies negative logits of tokens that occurred, above 0; 1 is off.</summary>
    public float RepetitionPenalty { get; init; } = 1f;

    /// <summary>Subtracted once from the logit of a token that occurred, −100 to 100; 0 is off.</summary>
    public float PresencePenalty { get; init; }

    /// <summary>Subtracted for every occurrence, −100 to 100; 0 is off.</summary>
    public float FrequencyPenalty { get; init; }

    /// <summary>How many of the last tokens the penalties count; 0 is none, −1 the whole sequence.</summary>
    public int PenaltyWindow { get; init; } = 64;

    /// <summary>Added to the logits of these tokens.</summary>
    public IReadOnlyDictionary<int, float> LogitBias { get; init; } = new Dictionary<int, float>();

    /// <summary>Keys the random generator; null draws one from the system and reports it.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Always the most likely token, no penalties.</summary>
    public static SamplingOptions Greedy { get; } = new() { Temperature = 0, TopK = 0, TopP = 1, MinP = 0 };
}
