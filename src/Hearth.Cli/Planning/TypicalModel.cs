using Hearth.Requests.Models;

namespace Hearth.Cli.Planning;

/// <summary>A published model that stands for all of about its size: how many layers it has, how wide they and their keys are.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Parameters">Weights.</param>
/// <param name="Layers">Layers.</param>
/// <param name="Width">Numbers in a row of the residual stream.</param>
/// <param name="KvWidth">Numbers in the keys of a position and layer.</param>
sealed record TypicalModel(string Name, double Parameters, int Layers, int Width, int KvWidth)
{
    static readonly TypicalModel[] Known =
    [
        new("SmolLM2 135M", 0.135e9, 30, 576, 192),
        new("Qwen2.5 0.5B", 0.49e9, 24, 896, 128),
        new("Llama 3.2 1B", 1.24e9, 16, 2048, 512),
        new("Llama 3.2 3B", 3.2e9, 28, 3072, 1024),
        new("Llama 3.1 8B", 8e9, 32, 4096, 1024),
        new("Qwen2.5 14B", 14.8e9, 48, 5120, 1024),
        new("Qwen2.5 32B", 32.8e9, 64, 5120, 1024),
        new("Llama 3.1 70B", 70.6e9, 80, 8192, 1024),
    ];

    /// <summary>The one whose size is nearest, as a ratio.</summary>
    internal static TypicalModel For(long parameters) => Known.MinBy(m => Math.Abs(Math.Log(m.Parameters / parameters)))!;

    /// <summary>What so many weights in one format would take, in this shape.</summary>
    internal ModelWork Work(long parameters, FormatSpeed format) => new()
    {
        Layers = Layers,
        Width = Width,
        TrainedContextLength = 0,
        KvBytesPerPosition = 2L * Layers * KvWidth * sizeof(short),
        AttentionMacs = 2L * Layers * Width,
        Matrices = [new(format.Type, parameters, (long)(parameters * format.BitsPerWeight / 8))],
        Output = null,
    };
}
