using Hearth.Tensors.Memory;

namespace Hearth.Tensors.Kernels;

/// <summary>
/// Rows of activations, made ready for the matrices that follow: quantized tiles, and plain rows for float matrices. Few rows are kept once for each
/// thread, so that preparing them needs no barrier. Owned: freed by <see cref="Dispose"/>.
/// </summary>
public sealed unsafe class Activations : IDisposable
{
    readonly NativeBuffer _tiles, _rows;
    readonly long _tilesPerMember, _rowsPerMember;
    readonly byte* _tilesStart, _rowsStart;

    /// <param name="rows">Rows at most.</param>
    /// <param name="columns">Numbers in a row.</param>
    /// <param name="members">Threads that prepare and read them.</param>
    public Activations(int rows, int columns, int members)
    {
        (Rows, Columns) = (rows, columns);
        Stride = (columns + 15) / 16 * 16;
        var blocks = (columns + 31) / 32;
        TileBytes = ActivationTile.Bytes(blocks, ActivationTile.Width);
        _tilesPerMember = (ActivationTile.Bytes(blocks, ActivationTile.MaxFewRows) + 63) / 64 * 64;
        _rowsPerMember = (long)ActivationTile.MaxFewRows * Stride * sizeof(float);
        // Tiles of some rows are narrower, so there are more of them; each takes the room of a wide one.
        var narrow = Math.Min(rows, ActivationTile.MaxSomeRows);
        var tiles = Math.Max((rows + ActivationTile.Width - 1) / ActivationTile.Width, (narrow + ActivationTile.SomeWidth - 1) / ActivationTile.SomeWidth);
        _tiles = new((_tilesPerMember * members) + (tiles * TileBytes));
        _rows = new((_rowsPerMember * members) + ((long)rows * Stride * sizeof(float)));
        _tilesStart = _tiles.Start;
        _rowsStart = _rows.Start;
        Members = members;
    }

    /// <summary>Rows at most.</summary>
    public int Rows { get; }

    /// <summary>Numbers in a row.</summary>
    public int Columns { get; }

    internal int Stride { get; }

    internal int Members { get; }

    /// <summary>Bytes of a prefill tile.</summary>
    internal long TileBytes { get; }

    /// <summary>The only tile of a few rows, or the first of many.</summary>
    internal byte* Tiles(int rows, int member)
        => _tilesStart + (_tilesPerMember * (rows <= ActivationTile.MaxFewRows ? member : Members));

    /// <summary>The rows as plain numbers.</summary>
    internal float* Plain(int rows, int member)
        => (float*)(_rowsStart + (_rowsPerMember * (rows <= ActivationTile.MaxFewRows ? member : Members)));

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _tiles.Dispose();
        _rows.Dispose();
    }
}

/// <summary>The forms in which activations are made ready.</summary>
[Flags]
public enum ActivationForms
{
    /// <summary>Eight bits with a scale per 32, for quantized matrices.</summary>
    Quantized = 1,

    /// <summary>Single precision, for float matrices.</summary>
    Plain = 2,
}
