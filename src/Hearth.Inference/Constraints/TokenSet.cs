using System.Numerics;

namespace Hearth.Inference.Constraints;

/// <summary>Some tokens of a vocabulary: those of the bits, and a few more.</summary>
/// <param name="Bits">One for each token; null for none. May belong to several sets.</param>
/// <param name="Few">Some one by one.</param>
readonly record struct TokenSet(ulong[]? Bits, int[] Few)
{
    internal long Bytes => (sizeof(ulong) * (Bits?.LongLength ?? 0)) + (sizeof(int) * Few.LongLength);

    /// <summary>How many are better kept one by one: above this, or-ing all words is quicker than setting bits.</summary>
    internal static int FewOf(int vocabulary) => vocabulary / 64;

    internal static TokenSet Of(List<int> tokens, int vocabulary) => tokens.Count <= FewOf(vocabulary) ? new(null, [.. tokens]) : new(BitsOf(tokens, vocabulary), []);

    /// <summary>A bit for each token of a vocabulary, set for these.</summary>
    internal static ulong[] BitsOf(IEnumerable<int> tokens, int vocabulary)
    {
        var bits = new ulong[(vocabulary + 63) / 64];
        foreach (var token in tokens)
            bits[token >> 6] |= 1UL << token;
        return bits;
    }

    internal void AddTo(Span<ulong> mask)
    {
        if (Bits is { } bits)
        {
            var i = 0;
            for (; i <= bits.Length - Vector<ulong>.Count; i += Vector<ulong>.Count)
                (new Vector<ulong>(mask[i..]) | new Vector<ulong>(bits, i)).CopyTo(mask[i..]);
            for (; i < bits.Length; i++)
                mask[i] |= bits[i];
        }

        foreach (var token in Few)
            mask[token >> 6] |= 1UL << token;
    }

    /// <summary>Clears the bits of others.</summary>
    internal static void Remove(ReadOnlySpan<ulong> others, Span<ulong> mask)
    {
        var i = 0;
        for (; i <= others.Length - Vector<ulong>.Count; i += Vector<ulong>.Count)
            Vector.AndNot(new Vector<ulong>(mask[i..]), new Vector<ulong>(others[i..])).CopyTo(mask[i..]);
        for (; i < others.Length; i++)
            mask[i] &= ~others[i];
    }
}
