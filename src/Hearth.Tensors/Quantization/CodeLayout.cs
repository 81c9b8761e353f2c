namespace Hearth.Tensors.Quantization;

/// <summary>How the codes of 16 rows are stored after repacking.</summary>
/// <remarks>
/// Codes of b bits take b vectors of 64 bytes per 32 k × 16 rows. A byte position of a vector is 4 · row + (k mod 4); the quad j (k 4j to 4j + 3) stands in
/// vector j mod b, in the bits from b · (j / b) on. A layout of b + h bits holds the low b bits so, then the high h bits in the same way.
/// The kernels always see whole unsigned bytes, less a known offset 2ⁿ. The bounds below are those of Σ code · q over 32 k, |q| ≤ 127, before and after the
/// offset is taken off: all are below 2²⁰, so a sum is exact in int32 and in float32 (numeric profile, rule 2).
/// </remarks>
enum CodeLayout
{
    /// <summary>4 bits. Codes 0 to 15: 60,960.</summary>
    N4,

    /// <summary>4 bits that index 16 numbers, held as bytes 1 to 241 (number + 128): 979,424 before, 516,128 after.</summary>
    N4Table,

    /// <summary>4 + 1 bits. Codes 0 to 31: 125,984.</summary>
    N4Plus1,

    /// <summary>4 + 2 bits. Codes 0 to 63: 256,032.</summary>
    N4Plus2,

    /// <summary>8 bits. Codes 0 to 255: 1,036,320 before, 520,192 after.</summary>
    B8,

    /// <summary>2 bits. Codes 0 to 3: 12,192.</summary>
    N2,

    /// <summary>2 + 1 bits. Codes 0 to 7: 28,448.</summary>
    N2Plus1,

    /// <summary>Float32, in panels of 64 rows: 64 numbers for every k.</summary>
    F32,

    /// <summary>Half precision, in panels of 64 rows.</summary>
    F16,

    /// <summary>bfloat16, in panels of 64 rows.</summary>
    BF16,
}

/// <summary>Bits of a code: the low ones, and the high ones that are stored after them.</summary>
readonly record struct CodeBits(int Low, int High)
{
    /// <summary>Bytes of 32 k × 16 rows, or of one number of a float layout.</summary>
    internal int Bytes => Low > 8 ? Low / 8 : 64 * (Low + High);

    internal static CodeBits Of(CodeLayout layout) => layout switch
    {
        CodeLayout.N4 or CodeLayout.N4Table => new(4, 0),
        CodeLayout.N4Plus1 => new(4, 1),
        CodeLayout.N4Plus2 => new(4, 2),
        CodeLayout.B8 => new(8, 0),
        CodeLayout.N2 => new(2, 0),
        CodeLayout.N2Plus1 => new(2, 1),
        CodeLayout.F32 => new(32, 0),
        _ => new(16, 0),
    };

    /// <summary>Stores the codes of one row and 32 k.</summary>
    /// <param name="codes">32 codes in the order of k.</param>
    /// <param name="target">The row's place in the first vector.</param>
    internal unsafe void Pack(byte* codes, byte* target)
    {
        PackPart((uint*)codes, 0, Low, target);
        PackPart((uint*)codes, Low, High, target + (64 * Low));
    }

    static unsafe void PackPart(uint* quads, int from, int bits, byte* target)
    {
        var mask = 0x01010101u * ((1u << bits) - 1);
        for (var vector = 0; vector < bits; vector++)
        {
            var word = 0u;
            for (var (quad, shift) = (vector, 0); quad < 8; (quad, shift) = (quad + bits, shift + bits))
                word |= ((quads[quad] >> from) & mask) << shift;
            *(uint*)(target + (64 * vector)) = word;
        }
    }
}
