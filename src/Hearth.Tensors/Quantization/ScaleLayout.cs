namespace Hearth.Tensors.Quantization;

/// <summary>How the scales of 16 rows are stored after repacking. A minimum is what is added to every weight; files that subtract one are repacked with its sign turned.</summary>
enum ScaleLayout
{
    /// <summary>None: the codes are the numbers.</summary>
    None,

    /// <summary>A half-precision scale per 32 k.</summary>
    Half,

    /// <summary>A half-precision scale and minimum per 32 k.</summary>
    HalfMinimum,

    /// <summary>An exponent e per 32 k: the scale is 2 to the power of e − 128 (E8M0 of the OCP Microscaling specification, halved).</summary>
    Exponent,

    /// <summary>A half-precision scale per 256 k, times a signed byte per 32 k.</summary>
    Super,

    /// <summary>A half-precision scale and minimum per 256 k, times an unsigned byte each per 32 k.</summary>
    SuperMinimum,

    /// <summary>A half-precision scale per 256 k, times a signed byte per 16 k.</summary>
    Super16,

    /// <summary>A half-precision scale and minimum per 256 k, times 4 bits each per 16 k: the scale's are the low ones.</summary>
    SuperMinimum16,
}

/// <summary>
/// The record that a scale layout repeats: first its half-precision numbers, 16 rows side by side, then its bytes likewise.
/// </summary>
/// <param name="Halves">Half-precision numbers of a row in a record.</param>
/// <param name="Bytes">Bytes of a row in a record.</param>
/// <param name="Blocks">Blocks of 32 k that a record serves.</param>
/// <param name="Terms">Scales per 32 k: 1, or 2 where there is one per 16.</param>
/// <param name="Minimum">Whether each scale has a minimum beside it.</param>
readonly record struct ScaleShape(int Halves, int Bytes, int Blocks, int Terms, bool Minimum)
{
    /// <summary>Bytes of a record of 16 rows.</summary>
    internal int RecordBytes => (32 * Halves) + (16 * Bytes);

    /// <summary>Scales and minima per 32 k.</summary>
    internal int Numbers => Minimum ? 2 * Terms : Terms;

    internal static ScaleShape Of(ScaleLayout layout) => layout switch
    {
        ScaleLayout.None => new(0, 0, 1, 0, false),
        ScaleLayout.Half => new(1, 0, 1, 1, false),
        ScaleLayout.HalfMinimum => new(2, 0, 1, 1, true),
        ScaleLayout.Exponent => new(0, 1, 1, 1, false),
        ScaleLayout.Super => new(1, 8, 8, 1, false),
        ScaleLayout.SuperMinimum => new(2, 16, 8, 1, true),
        ScaleLayout.Super16 => new(1, 16, 8, 2, false),
        _ => new(2, 16, 8, 2, true),
    };

    /// <summary>Stores the scales of one row.</summary>
    /// <param name="halves">Its half-precision numbers.</param>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="record">The record.</param>
    /// <param name="row">The row, 0 to 15.</param>
    /// <returns>False where a half-precision number is not finite.</returns>
    internal unsafe bool Pack(ushort* halves, byte* bytes, byte* record, int row)
    {
        var finite = true;
        for (var i = 0; i < Halves; i++)
        {
            finite &= (halves[i] & 0x7C00) != 0x7C00;
            *(ushort*)(record + (32 * i) + (2 * row)) = halves[i];
        }

        for (var i = 0; i < Bytes; i++)
            record[(32 * Halves) + (16 * i) + row] = bytes[i];
        return finite;
    }
}
