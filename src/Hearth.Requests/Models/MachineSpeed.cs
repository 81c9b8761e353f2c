namespace Hearth.Requests.Models;

/// <summary>What to measure of the machine, without a model.</summary>
/// <param name="Types">Number formats of weights, such as "Q4_0", each once: at most 16.</param>
public sealed record MachineRequest(IReadOnlyList<string> Types)
{
    /// <summary>Numbers in a row of the matrices, 32 to 131,072: the width of the model that is planned for.</summary>
    public int Width { get; init; } = 2048;

    /// <summary>Bytes of weights that are streamed of each format, at most 256 MB: as many as the model has, so that caches count as they will.</summary>
    public long StreamBytes { get; init; } = 128_000_000;

    /// <summary>Threads, 1 to 256; 0 takes the machine's cores.</summary>
    public int Threads { get; init; }

    /// <summary>The kernel path by name, or null for the best of the machine.</summary>
    public string? InstructionSet { get; init; }
}

/// <summary>How fast the engine's own kernels run on this machine, on weights that mean nothing.</summary>
public sealed record MachineSpeed
{
    /// <summary>The kernel path that was measured.</summary>
    public required string InstructionSet { get; init; }

    /// <summary>Threads that measured.</summary>
    public required int Threads { get; init; }

    /// <summary>Memory that the system says is available, in bytes.</summary>
    public required long AvailableBytes { get; init; }

    /// <summary>int8 multiply-accumulates per second.</summary>
    public required double Int8Peak { get; init; }

    /// <summary>Bytes per second of a raw read.</summary>
    public required double ReadRate { get; init; }

    /// <summary>Seconds that a layer takes for one token beside its weights and attention: threads wait for each other.</summary>
    public required double LayerSeconds { get; init; }

    /// <summary>Multiply-accumulates per second of attention in prefill.</summary>
    public required double AttentionRate { get; init; }

    /// <summary>For each format asked for, in the same order.</summary>
    public required IReadOnlyList<FormatSpeed> Formats { get; init; }
}

/// <summary>How fast weights of a format are computed with.</summary>
/// <param name="Type">The format.</param>
/// <param name="PrefillRate">Multiply-accumulates per second with many rows of activations.</param>
/// <param name="DecodeRate">Bytes of weights per second with one row.</param>
/// <param name="BitsPerWeight">Bits that a weight takes as it is held.</param>
public sealed record FormatSpeed(string Type, double PrefillRate, double DecodeRate, double BitsPerWeight);
