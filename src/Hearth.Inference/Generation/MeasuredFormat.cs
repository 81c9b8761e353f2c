using Hearth.Tensors.Kernels;
using Hearth.Tensors.Memory;
using Hearth.Tensors.Quantization;
using Hearth.Tensors.Threading;
using TensorKernels = Hearth.Tensors.Kernels.Kernels;

namespace Hearth.Inference.Generation;

/// <summary>A matrix of one number format that is long enough to be streamed from memory, and some for prefill as a layer has them. Owned: freed by <see cref="Dispose"/>.</summary>
sealed class MeasuredFormat : IDisposable
{
    const int Rows = 512, GroupRows = WeightMatrix.GroupRows;

    /// <summary>Weights of the matrices of a layer at most: the width comes from a file, and this bounds what it makes of the memory.</summary>
    internal const long MostWeights = 1 << 28;

    readonly Crew _crew;
    readonly int _width;
    readonly WeightMatrix[] _layer;
    readonly Activations _ready;
    readonly FloatRows _source, _wide, _long;
    readonly ActivationForms _forms;

    internal MeasuredFormat(TensorType type, int width, long bytes, Crew crew)
    {
        (_crew, _width) = (crew, width);
        var groups = (int)Math.Max(crew.Size, bytes / WeightMatrix.BytesFor(type, 4, width, asFloat: false) * 4);
        Weights = Fill(type, groups);
        // Activations are made ready once for several matrices of a layer: a lower one would count that too often.
        var rows = (int)Math.Min(width, MostWeights / width) / GroupRows * GroupRows;
        _layer = [.. Enumerable.Range(0, LayerRows(width) / rows).Select(_ => Fill(type, rows / GroupRows))];
        _forms = Weights.TakesFloat ? ActivationForms.Plain : ActivationForms.Quantized;
        _source = new(Rows, width);
        _ready = new(Rows, width, crew.Size);
        // All into the same rows, which stay in the caches, as the buffers of a layer do.
        _wide = new(Rows, rows);
        _long = new(1, groups * GroupRows);
    }

    /// <summary>The long matrix.</summary>
    internal WeightMatrix Weights { get; }

    /// <summary>Bytes that a decode reads.</summary>
    internal long Bytes => Weights.ByteCount;

    internal double BitsPerWeight => 8.0 * Weights.ByteCount / ((double)Weights.Groups * GroupRows * _width);

    internal double PrefillMacs => (double)Rows * _width * _layer.Sum(m => m.Groups) * GroupRows;

    /// <summary>Rows of the matrices of a layer together.</summary>
    internal static int LayerRows(int width) => (int)Math.Min(Math.Min(4 * width, Math.Max(width, 8192)), MostWeights / width);

    /// <summary>Many rows through the matrices of a layer.</summary>
    internal void Prefill(TensorKernels kernels) => _crew.Run(_crew.Size, member =>
    {
        kernels.Prepare(member, _source, [], Rows, null, _ready, _forms);
        foreach (var matrix in _layer)
            kernels.Multiply(member, matrix, _ready, Rows, _wide, Epilogue.Store);
    });

    /// <summary>One row through the long matrix.</summary>
    internal void Decode(TensorKernels kernels) => _crew.Run(_crew.Size, member =>
    {
        kernels.Prepare(member, _source, [], 1, null, _ready, _forms);
        kernels.Multiply(member, Weights, _ready, 1, _long, Epilogue.Store);
    });

    public void Dispose()
    {
        foreach (var part in (IDisposable[])[Weights, .. _layer, _ready, _source, _wide, _long])
            part.Dispose();
    }

    /// <summary>Memory must be written once: pages that never were are all the same page of zeros.</summary>
    WeightMatrix Fill(TensorType type, int groups)
    {
        var matrix = new WeightMatrix(type, groups, _width, asFloat: false);
        TensorTypes.TryGetBlock(type, out var block);
        var rows = new byte[GroupRows * (_width / block.Elements) * block.Bytes];
        _crew.Run(_crew.Size, member =>
        {
            var (from, to) = member.Share(groups);
            for (var group = from; group < to; group++)
                matrix.PackGroup(group, rows);
        });
        return matrix;
    }
}
