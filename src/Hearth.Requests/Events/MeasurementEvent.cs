namespace Hearth.Requests.Events;

/// <summary>What to measure.</summary>
/// <param name="PromptTokens">Length of the prefill, 1 to the context length.</param>
/// <param name="GenerateTokens">Length of the decode, 1 to the context length.</param>
/// <param name="Rounds">Repetitions, 1 to 100.</param>
public sealed record MeasureRequest(int PromptTokens = 512, int GenerateTokens = 128, int Rounds = 5);

/// <summary>One figure of one round, in base units.</summary>
/// <param name="Kind">What was measured.</param>
/// <param name="Round">0-based.</param>
/// <param name="Value">Tokens per second, operations per second or bytes per second: see <see cref="MeasurementKind"/>.</param>
public sealed record MeasurementEvent(MeasurementKind Kind, int Round, double Value);

/// <summary>What a figure means. Append only: the numbers travel between processes.</summary>
public enum MeasurementKind
{
    /// <summary>int8 multiply-accumulates per second of the machine, by the engine's threads.</summary>
    Int8Peak = 0,

    /// <summary>Bytes per second of a raw read of the model's weights, by the engine's threads.</summary>
    RawRead = 1,

    /// <summary>Prompt tokens per second.</summary>
    Prefill = 2,

    /// <summary>Generated tokens per second.</summary>
    Decode = 3,

    /// <summary>Multiply-accumulates per second of the matrices in prefill.</summary>
    PrefillRate = 4,

    /// <summary>Bytes of weights per second that decode read.</summary>
    DecodeRate = 5,
}
