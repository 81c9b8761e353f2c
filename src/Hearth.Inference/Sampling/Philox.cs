namespace Hearth.Inference.Sampling;

/// <summary>Philox4x32-10, a counter-based random generator: the same key and counter give the same number, in any order and on any machine.</summary>
/// <remarks>J. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011. Ten rounds of two 32 × 32 → 64 bit products.</remarks>
static class Philox
{
    const uint Multiplier0 = 0xD2511F53, Multiplier1 = 0xCD9E8D57;
    const uint KeyStep0 = 0x9E3779B9, KeyStep1 = 0xBB67AE85;
    const int Rounds = 10;

    /// <summary>A number in [0, 1) with 53 random bits for one draw.</summary>
    /// <param name="seed">Keys the generator.</param>
    /// <param name="position">Absolute position of the token that is drawn.</param>
    /// <param name="attempt">How often a token was drawn for this position before.</param>
    internal static double Uniform(ulong seed, long position, int attempt = 0)
    {
        var counter = unchecked(((uint)position, (uint)(position >> 32), (uint)attempt, 0u));
        var (x0, x1, _, _) = Block(counter, (unchecked((uint)seed), (uint)(seed >> 32)));
        return ((((ulong)x0 << 32) | x1) >> 11) * (1.0 / (1L << 53));
    }

    /// <summary>128 random bits.</summary>
    internal static (uint X0, uint X1, uint X2, uint X3) Block((uint X0, uint X1, uint X2, uint X3) counter, (uint K0, uint K1) key)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var (product0, product1) = ((ulong)Multiplier0 * counter.X0, (ulong)Multiplier1 * counter.X2);
            counter = unchecked((
                (uint)(product1 >> 32) ^ counter.X1 ^ key.K0,
                (uint)product1,
                (uint)(product0 >> 32) ^ counter.X3 ^ key.K1,
                (uint)product0));
            key = unchecked((key.K0 + KeyStep0, key.K1 + KeyStep1));
        }

        return counter;
    }
}
