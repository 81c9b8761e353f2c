using Hearth.Formats.Gguf;
using Hearth.Inference.Architectures;
using Hearth.Requests.Models;
using Hearth.Tensors.Kernels;
using Hearth.Tensors.Quantization;

namespace Hearth.Inference.Generation;

/// <summary>Adds up what a token costs, from the names and shapes of a file's tensors.</summary>
static class WorkEstimate
{
    const string Embedding = "token_embd.weight", Output = "output.weight";

    /// <summary>Tables of which a token reads one row.</summary>
    static readonly string[] Tables = [Embedding, "position_embd.weight", "token_types.weight"];

    internal static ModelWork For(GgufFile file, DecoderShape shape)
    {
        var output = file.Find(Output) is null ? Embedding : Output;
        var matrices = file.Tensors.Where(t => t.Shape.Count > 1 && !TensorChecks.IsNeighbour(t) && t.Name != output && !Tables.Contains(t.Name))
            .Select(t => Of(t, IsExpert(t) ? (double)shape.ExpertsUsed / shape.Experts : 1));
        return new()
        {
            Layers = shape.Layers,
            Width = shape.Width,
            TrainedContextLength = shape.ContextLength,
            KvBytesPerPosition = KvStore.BytesFor(shape.CacheLayers, shape.KvHeads, shape.HeadLength, half: true) / KvStore.PageLength,
            AttentionMacs = 2L * shape.Recurrent.Count(recurrent => !recurrent) * shape.Heads * shape.HeadLength,
            Matrices = [.. matrices.GroupBy(m => m.Type).Select(g => new MatrixWork(g.Key, g.Sum(m => m.Macs), g.Sum(m => m.Bytes)))],
            Output = shape.HasLogits && file.Find(output) is { } tensor ? Of(tensor, 1) : null,
        };

        bool IsExpert(GgufTensor tensor) => shape.Experts > 0 && tensor.Shape.Count > 2;
    }

    static MatrixWork Of(GgufTensor tensor, double share)
    {
        var groups = (int)((tensor.Rows + WeightMatrix.GroupRows - 1) / WeightMatrix.GroupRows);
        return new(
            tensor.Type.ToString(), (long)(tensor.ElementCount * share), (long)(WeightMatrix.BytesFor(tensor.Type, groups, tensor.RowLength, asFloat: false) * share));
    }
}
