using System.Runtime.CompilerServices;
using Hearth.Tensors.Memory;

namespace Hearth.Tensors.Kernels;

/// <summary>Carries out the epilogue of a matrix on the sums of one row of activations.</summary>
static unsafe class Finishing<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    /// <param name="epilogue">What to do.</param>
    /// <param name="sums">The sums of <paramref name="groups"/> groups of 16 rows.</param>
    /// <param name="groups">How many groups.</param>
    /// <param name="group">The first of them.</param>
    /// <param name="addend">A row of numbers added to the sums, or null.</param>
    /// <param name="row">The row of outputs.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Finish(Epilogue epilogue, float* sums, int groups, int group, float* addend, float* row)
    {
        if (addend != null)
            AddTo(sums, addend + (16 * group), groups);
        if (epilogue.Bias is { } bias)
            AddTo(sums, bias.Pointer(0) + (16 * group), groups);
        if (epilogue.Gated)
        {
            for (var i = 0; i < groups / 2; i++)
                Gate(epilogue.Function, TLanes.Load(sums + (32 * i)), TLanes.Load(sums + (32 * i) + 16)).Store(row + (8 * group) + (16 * i));
            return;
        }

        row += 16 * group;
        if (epilogue.Function != Nonlinearity.None)
        {
            for (var i = 0; i < groups * 16; i += 16)
                Apply(epilogue, TLanes.Load(sums + i)).Store(row + i);
            return;
        }

        var scale = TLanes.Create(epilogue.Scale);
        for (var i = 0; i < groups * 16; i += 16)
        {
            var v = TLanes.Load(sums + i);
            (epilogue.Adds ? TLanes.Fma(v, scale, TLanes.Load(row + i)) : v * scale).Store(row + i);
        }
    }

    static void AddTo(float* sums, float* addends, int groups)
    {
        for (var i = 0; i < groups * 16; i += 16)
            (TLanes.Load(sums + i) + TLanes.Load(addends + i)).Store(sums + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TLanes Gate(Nonlinearity function, TLanes gate, TLanes up) => function switch
    {
        Nonlinearity.Silu => Functions<TLanes>.Silu(gate) * up,
        Nonlinearity.GeluTanh => Functions<TLanes>.GeluTanh(gate) * up,
        Nonlinearity.GeluErf => Functions<TLanes>.GeluErf(gate) * up,
        Nonlinearity.ClampedSilu => Functions<TLanes>.ClampedSilu(gate, up),
        _ => gate * up,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TLanes Apply(Epilogue epilogue, TLanes x)
    {
        x *= TLanes.Create(epilogue.Scale);
        return epilogue.Function switch
        {
            Nonlinearity.Silu => Functions<TLanes>.Silu(x),
            Nonlinearity.GeluTanh => Functions<TLanes>.GeluTanh(x),
            Nonlinearity.GeluErf => Functions<TLanes>.GeluErf(x),
            Nonlinearity.SoftCap => Functions<TLanes>.SoftCap(x, epilogue.Cap),
            _ => x,
        };
    }
}

/// <summary>Where the results of a matrix go, and how.</summary>
readonly unsafe struct MatrixTarget(FloatRows output, int firstRow, Epilogue epilogue, FloatRows? addend)
{
    /// <summary>Finishes the sums of some groups of row <paramref name="row"/> of the activations.</summary>
    internal void Finish<TLanes>(float* sums, int groups, int group, int row)
        where TLanes : struct, ILanes<TLanes>
        => Finishing<TLanes>.Finish(epilogue, sums, groups, group, addend is null ? null : addend.Pointer(row), output.Pointer(firstRow + row));
}
