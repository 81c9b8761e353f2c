using System.Runtime.CompilerServices;

namespace Hearth.Tensors.Memory;

/// <summary>A block of float32 rows, row major, each row padded with zeros to a multiple of 16. Owned: freed by <see cref="Dispose"/>.</summary>
public sealed unsafe class FloatRows : IDisposable
{
    readonly NativeBuffer _values;
    readonly float* _start;

    /// <param name="rows">Rows, at least 1.</param>
    /// <param name="width">Numbers in a row, at least 1.</param>
    public FloatRows(int rows, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        (Rows, Width, Stride) = (rows, width, (width + 15) / 16 * 16);
        _values = new((long)rows * Stride * sizeof(float));
        _start = (float*)_values.Start;
    }

    /// <summary>Rows.</summary>
    public int Rows { get; }

    /// <summary>Numbers in a row.</summary>
    public int Width { get; }

    /// <summary>Numbers from one row to the next.</summary>
    public int Stride { get; }

    /// <summary>One row without its padding. Borrowed: valid until <see cref="Dispose"/>.</summary>
    public Span<float> Row(int index) => new(Pointer(index), Width);

    /// <summary>The start of a row, padding included.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal float* Pointer(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows, nameof(row));
        return _start + ((long)row * Stride);
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose() => _values.Dispose();
}
