namespace Hearth.Tensors.Kernels;

/// <summary>
/// The integer part of a block: for 16 rows, Σ over 32 k of a signed 8-bit weight and a signed 8-bit activation. Integer sums are exact, so the
/// implementations may add in any order.
/// </summary>
unsafe interface IDot
{
    /// <param name="weights">8 vectors of 64 bytes, <paramref name="stride"/> bytes apart: vector j holds k 4j to 4j + 3 of each of 16 rows.</param>
    /// <param name="stride">Bytes from vector to vector.</param>
    /// <param name="activations">32 codes, −127 to 127.</param>
    /// <param name="sums">Takes 16 sums.</param>
    static abstract void Block(sbyte* weights, int stride, sbyte* activations, int* sums);
}
