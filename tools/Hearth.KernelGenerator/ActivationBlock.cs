namespace Hearth.KernelGenerator;

/// <summary>A block of a tile of activations: columns × 32 s8 codes, then parts of one number a column (ActivationTile of Hearth.Tensors).</summary>
static class ActivationBlock
{
    internal const int Scale = 0, NegatedSum = 1, Product = 2, HalfNegatedSum = 3, HalfProduct = 5;
    const int Parts = 7;

    internal static int Bytes(int columns) => At(columns, Parts, 0);

    internal static int At(int columns, int part, int column) => (32 * columns) + (4 * ((part * columns) + column));
}
