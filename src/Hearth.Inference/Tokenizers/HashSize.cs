using System.Numerics;

namespace Hearth.Inference.Tokenizers;

/// <summary>Sizes of hash tables with open addressing.</summary>
static class HashSize
{
    /// <summary>A power of two that so many entries fill by two thirds at most.</summary>
    internal static int For(int entries) => (int)BitOperations.RoundUpToPowerOf2((uint)entries + ((uint)entries / 2) + 1);
}
