namespace Hearth.Tensors.Kernels;

/// <summary>
/// The integer part of a block: for 16 rows, Σ over 32 or 16 k of a signed 8-bit weight and a signed 8-bit activation. Integer sums are exact, so the
/// implementations may add in any order.
/// </summary>
unsafe interface IDot
{
    /// <param name="weights">Vectors of 64 bytes, <paramref name="stride"/> bytes apart: vector j holds k 4j to 4j + 3 of each of 16 rows.</param>
    /// <param name="stride">Bytes from vector to vector.</param>
    /// <param name="vectors">8 for 32 k, 4 for 16.</param>
    /// <param name="activations">As many codes, −127 to 127.</param>
    /// <param name="sums">Takes 16 sums.</param>
    static abstract void Block(sbyte* weights, int stride, int vectors, sbyte* activations, int* sums);
}
