using Hearth.Formats.Gguf;
using Hearth.Requests.Models;
using Hearth.Tensors.Memory;
using Hearth.Tensors.Quantization;
using Hearth.Tensors.Threading;

namespace Hearth.Inference.Architectures;

/// <summary>Reads and repacks tensors with the crew's threads, giving the file's pages back tensor by tensor. What it loads belongs to <paramref name="owned"/>.</summary>
sealed class TensorLoader(
    GgufFile file, bool asFloat, Adapters adapters, Crew crew, List<IDisposable> owned, IProgress<LoadProgress>? progress, CancellationToken cancellationToken) : ITensorReader
{
    const int GroupRows = WeightMatrix.GroupRows;
    readonly long _total = file.Tensors.Where(t => !TensorChecks.IsNeighbour(t)).Sum(t => t.Bytes);
    long _done;

    public bool Has(string name) => file.Find(name) is not null;

    public WeightMatrix Matrix(int columns, params TensorRows[] parts)
    {
        var groups = TensorChecks.Groups(parts[0]);
        var matrix = new WeightMatrix(TensorChecks.Find(file, parts[0].Name).Type, groups * parts.Length, columns, asFloat);
        owned.Add(matrix);
        for (var p = 0; p < parts.Length; p++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Pack(matrix, parts[p], p, parts.Length, groups);
        }

        return matrix;
    }

    public FloatRows Vector(params TensorRows[] parts)
    {
        var vector = new FloatRows(1, parts.Sum(part => part.Rows));
        owned.Add(vector);
        for (var p = 0; p < parts.Length; p++)
        {
            if (!Has(parts[p].Name))
                continue;
            var tensor = TensorChecks.Find(file, parts[p].Name);
            var numbers = new float[tensor.ElementCount];
            WeightMatrix.Decode(tensor.Type, tensor.File.Slice(tensor.Offset, (int)tensor.Bytes), numbers);
            for (var i = 0; i < parts[p].Rows; i++)
                vector.Row(0)[(((i / GroupRows * parts.Length) + p) * GroupRows) + (i % GroupRows)] = numbers[parts[p].Row(i)];
        }

        return vector;
    }

    public LowRank? LowRank(int columns, TensorRows[] parts) => Architectures.LowRank.Load(adapters, columns, parts, owned);

    void Pack(WeightMatrix matrix, TensorRows part, int first, int step, int groups)
    {
        var tensor = TensorChecks.Find(file, part.Name);
        var rowBytes = (int)(tensor.Bytes / tensor.Rows);
        crew.Run(crew.Size, member =>
        {
            var (from, to) = member.Share(groups);
            var gathered = new byte[GroupRows * rowBytes];
            for (var g = from; g < to; g++)
            {
                var rows = Math.Min(GroupRows, part.Rows - (g * GroupRows));
                for (var r = 0; r < rows; r++)
                    tensor.File.Slice(tensor.Offset + (part.Row((g * GroupRows) + r) * rowBytes), rowBytes).CopyTo(gathered.AsSpan(r * rowBytes));
                matrix.PackGroup((g * step) + first, gathered.AsSpan(0, rows * rowBytes));
            }
        });
        Finished(tensor, part);
    }

    void Finished(GgufTensor tensor, TensorRows part)
    {
        var rowBytes = tensor.Bytes / Math.Max(part.Of, 1);
        if (part.Heads is null)
            tensor.File.Forget(tensor.Offset + (part.First * rowBytes), part.Rows * rowBytes);
        _done += part.Rows * rowBytes;
        progress?.Report(new(_done, _total));
    }
}
