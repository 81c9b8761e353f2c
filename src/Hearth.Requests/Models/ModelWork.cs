namespace Hearth.Requests.Models;

/// <summary>What computing with a model takes: the figures that its speed is estimated from.</summary>
public sealed record ModelWork
{
    /// <summary>Layers.</summary>
    public required int Layers { get; init; }

    /// <summary>Numbers in a row of the residual stream.</summary>
    public required int Width { get; init; }

    /// <summary>Positions that the model was made for.</summary>
    public required int TrainedContextLength { get; init; }

    /// <summary>Bytes of keys and values of one position in half precision.</summary>
    public required long KvBytesPerPosition { get; init; }

    /// <summary>Multiply-accumulates of attention for one query position and one key position, over all layers and heads.</summary>
    public required long AttentionMacs { get; init; }

    /// <summary>The matrices that every token goes through, by number format; of a mixture the experts that are chosen.</summary>
    public required IReadOnlyList<MatrixWork> Matrices { get; init; }

    /// <summary>The output matrix, which only tokens with logits go through; none where the model gives no logits.</summary>
    public required MatrixWork? Output { get; init; }
}

/// <summary>Matrices of one number format.</summary>
/// <param name="Type">The format as the file names it, such as "Q4_0".</param>
/// <param name="Macs">Multiply-accumulates for each token.</param>
/// <param name="Bytes">Bytes that one token reads, as they are held.</param>
public sealed record MatrixWork(string Type, long Macs, long Bytes);
