using Hearth.Tensors.Kernels;
using Hearth.Tensors.Memory;
using Hearth.Tensors.Threading;
using TensorKernels = Hearth.Tensors.Kernels.Kernels;

namespace Hearth.Inference.Architectures;

/// <summary>Multiplies rows by a matrix and by what adapters add to it. Owns its buffers, which are small without adapters.</summary>
/// <param name="kernels">The kernel path.</param>
/// <param name="rank">The adapters' common rank; 0 for none.</param>
/// <param name="rows">Rows at most.</param>
/// <param name="outputs">Rows of the widest matrix.</param>
/// <param name="members">Threads.</param>
sealed class LinearMath(TensorKernels kernels, int rank, int rows, int outputs, int members) : IDisposable
{
    readonly FloatRows _low = new(rank == 0 ? 1 : rows, Math.Max(rank, 1)), _change = new(rank == 0 ? 1 : rows, rank == 0 ? 1 : outputs);
    readonly Activations _ready = new(rank == 0 ? 1 : rows, Math.Max(rank, 1), members);

    /// <summary>Bytes of the buffers.</summary>
    internal static long BytesFor(int rank, int rows, int outputs) => rank == 0 ? 0 : sizeof(float) * rows * ((4L * rank) + outputs);

    /// <summary>Rows that are ready in the matrix's <see cref="Linear.Forms"/>. No barrier at the end; two inside where an adapter is active.</summary>
    internal void Multiply(CrewMember member, Linear linear, Activations ready, int rows, FloatRows target, int firstRow = 0)
    {
        FloatRows? change = null;
        if (linear.Adapter is { } adapter)
        {
            kernels.Multiply(member, adapter.A, ready, rows, _low, Epilogue.Store);
            member.Barrier();
            kernels.Prepare(member, _low, [], rows, null, _ready, ActivationForms.Plain);
            kernels.Multiply(member, adapter.B, _ready, rows, _change, Epilogue.Store);
            member.Barrier();
            change = _change;
        }

        kernels.Multiply(member, linear.Matrix, ready, rows, target, linear.Epilogue, firstRow, change);
    }

    public void Dispose()
    {
        _low.Dispose();
        _change.Dispose();
        _ready.Dispose();
    }
}
