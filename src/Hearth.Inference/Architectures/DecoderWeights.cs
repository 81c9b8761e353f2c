using Hearth.Formats.Gguf;
using Hearth.Requests.Models;
using Hearth.Tensors.Kernels;
using Hearth.Tensors.Memory;
using Hearth.Tensors.Quantization;
using Hearth.Tensors.Threading;

namespace Hearth.Inference.Architectures;

/// <summary>The weights of a layer. Gate and up rows alternate in groups of 16, so that their product needs no second pass.</summary>
sealed record LayerWeights(
    FloatRows AttentionNorm, WeightMatrix Query, WeightMatrix Key, WeightMatrix Value, WeightMatrix AttentionOutput,
    FloatRows FeedForwardNorm, WeightMatrix GateUp, WeightMatrix Down);

/// <summary>All weights of a decoder, repacked. Owned: freed by <see cref="Dispose"/>.</summary>
sealed class DecoderWeights : IDisposable
{
    const int GroupRows = WeightMatrix.GroupRows;
    readonly List<IDisposable> _owned = [];
    readonly List<WeightMatrix> _matrices = [];

    DecoderWeights()
    {
    }

    internal LayerWeights[] Layers { get; private set; } = [];

    internal WeightMatrix Embedding { get; private set; } = null!;

    internal FloatRows OutputNorm { get; private set; } = null!;

    /// <summary>The output matrix; the embeddings where the model ties them.</summary>
    internal WeightMatrix Output { get; private set; } = null!;

    internal RotaryAngles Angles { get; private set; } = null!;

    /// <summary>Bytes of all matrices.</summary>
    internal long ByteCount => _matrices.Sum(m => m.ByteCount);

    /// <summary>All matrices that a decode step reads, in its order.</summary>
    internal IEnumerable<WeightMatrix> Streamed
        => Layers.SelectMany(l => (WeightMatrix[])[l.Query, l.Key, l.Value, l.AttentionOutput, l.GateUp, l.Down]).Append(Output);

    /// <summary>Reads and repacks all tensors with the crew's threads, giving the file's pages back tensor by tensor.</summary>
    /// <exception cref="InvalidDataException">A number is not finite.</exception>
    internal static DecoderWeights Load(
        GgufFile file, DecoderShape shape, bool asFloat, Crew crew, IProgress<LoadProgress>? progress, CancellationToken cancellationToken)
    {
        var weights = new DecoderWeights();
        try
        {
            var reader = new Reader(weights, file, asFloat, crew, progress, cancellationToken);
            var names = shape.Architecture;
            weights.Layers = new LayerWeights[shape.Layers];
            for (var i = 0; i < shape.Layers; i++)
            {
                var (prefix, l) = ($"blk.{i}.", names.Layer);
                weights.Layers[i] = new(
                    reader.Vector(prefix + l.AttentionNorm), reader.Matrix(prefix + l.Query), reader.Matrix(prefix + l.Key), reader.Matrix(prefix + l.Value),
                    reader.Matrix(prefix + l.AttentionOutput), reader.Vector(prefix + l.FeedForwardNorm),
                    reader.Matrix(prefix + l.Gate, prefix + l.Up), reader.Matrix(prefix + l.Down));
            }

            weights.Embedding = reader.Matrix(names.Embedding);
            weights.OutputNorm = reader.Vector(names.OutputNorm);
            weights.Output = file.Find(names.Output) is null ? weights.Embedding : reader.Matrix(names.Output);
            var factors = file.Find(names.RotaryFactors) is null ? [] : reader.Vector(names.RotaryFactors).Row(0);
            weights.Angles = new(shape.RotaryDimensions, shape.RotaryBase, factors);
            return weights;
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <summary>Bytes that <see cref="Load"/> will take.</summary>
    internal static long Estimate(GgufFile file, bool asFloat)
        => file.Tensors.Where(t => t.Shape.Count > 1 && WeightMatrix.Supports(t.Type))
            .Sum(t => WeightMatrix.BytesFor(t.Type, (int)((t.Rows + GroupRows - 1) / GroupRows), t.RowLength, asFloat));

    public void Dispose()
    {
        foreach (var owned in _owned)
            owned.Dispose();
    }

    sealed class Reader(
        DecoderWeights weights, GgufFile file, bool asFloat, Crew crew, IProgress<LoadProgress>? progress, CancellationToken cancellationToken)
    {
        readonly long _total = file.Tensors.Sum(t => t.Bytes);
        long _done;

        internal FloatRows Vector(string name)
        {
            var tensor = DecoderShape.Tensor(file, name);
            var vector = new FloatRows(1, (int)tensor.RowLength);
            weights._owned.Add(vector);
            WeightMatrix.Decode(tensor.Type, tensor.File.Slice(tensor.Offset, (int)tensor.Bytes), vector.Row(0));
            Finished(tensor);
            return vector;
        }

        /// <summary>One tensor, or several of one type and shape whose groups of 16 rows alternate.</summary>
        internal WeightMatrix Matrix(params string[] names)
        {
            var tensors = Array.ConvertAll(names, n => DecoderShape.Tensor(file, n));
            var groups = (int)((tensors[0].Rows + GroupRows - 1) / GroupRows);
            foreach (var tensor in tensors)
            {
                if (tensor.Type != tensors[0].Type)
                    throw new NotSupportedException($"Tensors '{tensors[0].Name}' ({tensors[0].Type}) and '{tensor.Name}' ({tensor.Type}) differ in type.");
            }

            var matrix = new WeightMatrix(tensors[0].Type, groups * tensors.Length, (int)tensors[0].RowLength, asFloat);
            weights._owned.Add(matrix);
            weights._matrices.Add(matrix);
            for (var t = 0; t < tensors.Length; t++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Pack(matrix, tensors[t], t, tensors.Length, groups);
                Finished(tensors[t]);
            }

            return matrix;
        }

        void Pack(WeightMatrix matrix, GgufTensor tensor, int first, int step, int groups)
        {
            var rowBytes = tensor.Bytes / tensor.Rows;
            crew.Run(crew.Size, member =>
            {
                var (from, to) = member.Share(groups);
                for (var g = from; g < to; g++)
                {
                    var rows = (int)Math.Min(GroupRows, tensor.Rows - ((long)g * GroupRows));
                    matrix.PackGroup((g * step) + first, tensor.File.Slice(tensor.Offset + (g * GroupRows * rowBytes), (int)(rows * rowBytes)));
                }
            });
        }

        void Finished(GgufTensor tensor)
        {
            tensor.File.Forget(tensor.Offset, tensor.Bytes);
            _done += tensor.Bytes;
            progress?.Report(new(_done, _total));
        }
    }
}
