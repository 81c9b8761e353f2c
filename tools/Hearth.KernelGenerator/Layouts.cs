namespace Hearth.KernelGenerator;

/// <summary>Code layouts (CodeLayout of Hearth.Tensors): b low bits of every code in b vectors of 64 bytes, then the high bits likewise.</summary>
enum Codes
{
    N4,
    N4Table,
    N4Plus1,
    N4Plus2,
    B8,
    N2,
    N2Plus1,
}

/// <summary>Scale layouts (ScaleLayout of Hearth.Tensors).</summary>
enum Scales
{
    Half,
    HalfMinimum,
    Exponent,
    Super,
    SuperMinimum,
    Super16,
    SuperMinimum16,
}

/// <summary>Number formats of the float tile.</summary>
enum Number
{
    F32,
    F16,
    BF16,
}

/// <summary>The sizes of a pair of layouts.</summary>
/// <param name="Low">Low bits of a code.</param>
/// <param name="High">High bits of a code.</param>
/// <param name="Halves">Half-precision numbers at the start of a record of scales.</param>
/// <param name="Bytes">Bytes in it for each block.</param>
/// <param name="Blocks">Blocks that it serves.</param>
/// <param name="Terms">Scales of a block.</param>
/// <param name="Minimum">Whether they have minima.</param>
readonly record struct Shape(int Low, int High, int Halves, int Bytes, int Blocks, int Terms, bool Minimum)
{
    internal int CodeBytes => 64 * (Low + High);

    internal int RecordBytes => (32 * Halves) + (16 * Bytes * Blocks);

    internal static Shape Of(Codes codes, Scales scales)
    {
        var (low, high) = codes switch
        {
            Codes.N4 or Codes.N4Table => (4, 0),
            Codes.N4Plus1 => (4, 1),
            Codes.N4Plus2 => (4, 2),
            Codes.B8 => (8, 0),
            Codes.N2 => (2, 0),
            _ => (2, 1),
        };
        return scales switch
        {
            Scales.Half => new(low, high, 1, 0, 1, 1, false),
            Scales.HalfMinimum => new(low, high, 2, 0, 1, 1, true),
            Scales.Exponent => new(low, high, 0, 1, 1, 1, false),
            Scales.Super => new(low, high, 1, 1, 8, 1, false),
            Scales.SuperMinimum => new(low, high, 2, 2, 8, 1, true),
            Scales.Super16 => new(low, high, 1, 2, 8, 2, false),
            _ => new(low, high, 2, 2, 8, 2, true),
        };
    }
}
