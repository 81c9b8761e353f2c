using Hearth.Tensors.Kernels;
using Hearth.Tensors.Memory;
using Hearth.Tensors.Quantization;
using Hearth.Tensors.Threading;
using TensorKernels = Hearth.Tensors.Kernels.Kernels;

namespace Hearth.Inference.Generation;

/// <summary>Matrices of one number format as layers have them: so many that they are streamed from memory, and some for prefill. Owned: freed by <see cref="Dispose"/>.</summary>
sealed class MeasuredFormat : IDisposable
{
    const int Rows = 512, GroupRows = WeightMatrix.GroupRows;

    /// <summary>Rows of what a token goes through between two barriers, in widths: four such parts make a layer, of some twelve widths in all.</summary>
    const int StreamedWidths = 3;

    /// <summary>Weights of the matrices of a layer at most: the width comes from a file, and this bounds what it makes of the memory.</summary>
    internal const long MostWeights = 1 << 28;

    readonly Crew _crew;
    readonly int _width;
    readonly WeightMatrix[] _layer, _stream;
    readonly Activations _ready;
    readonly FloatRows _source, _wide, _long;
    readonly ActivationForms _forms;

    internal MeasuredFormat(TensorType type, int width, long bytes, Crew crew)
    {
        (_crew, _width) = (crew, width);
        var groups = (int)Math.Max(crew.Size, bytes / WeightMatrix.BytesFor(type, 4, width, asFloat: false) * 4);
        var each = Math.Clamp(StreamedWidths * width / GroupRows, crew.Size, groups);
        _stream = [.. Enumerable.Range(0, groups / each).Select(_ => Fill(type, each))];
        // Activations are made ready once for several matrices of a layer: a lower one would count that too often.
        var rows = (int)Math.Min(width, MostWeights / width) / GroupRows * GroupRows;
        _layer = [.. Enumerable.Range(0, LayerRows(width) / rows).Select(_ => Fill(type, rows / GroupRows))];
        _forms = _stream[0].TakesFloat ? ActivationForms.Plain : ActivationForms.Quantized;
        _source = new(Rows, width);
        _ready = new(Rows, width, crew.Size);
        // All into the same rows, which stay in the caches, as the buffers of a layer do.
        _wide = new(Rows, rows);
        _long = new(1, each * GroupRows);
    }

    /// <summary>Bytes that a decode reads.</summary>
    internal long Bytes => _stream.Sum(m => m.ByteCount);

    internal double BitsPerWeight => 8.0 * _stream[0].ByteCount / ((double)_stream[0].Groups * GroupRows * _width);

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

    /// <summary>One row through what is streamed, made ready for each matrix, and waited for after it.</summary>
    internal void Decode(TensorKernels kernels) => _crew.Run(_crew.Size, member =>
    {
        foreach (var matrix in _stream)
        {
            kernels.Prepare(member, _source, [], 1, null, _ready, _forms);
            kernels.Multiply(member, matrix, _ready, 1, _long, Epilogue.Store);
            member.Barrier();
        }
    });

    /// <summary>Reads it and does nothing with it.</summary>
    internal void Read(TensorKernels kernels) => _crew.Run(_crew.Size, member =>
    {
        foreach (var matrix in _stream)
            kernels.Read(member, matrix);
    });

    public void Dispose()
    {
        foreach (var part in (IDisposable[])[.. _stream, .. _layer, _ready, _source, _wide, _long])
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
