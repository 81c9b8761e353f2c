using Hearth.Formats.Gguf;
using Hearth.Requests;
using Hearth.Tensors.Memory;
using Hearth.Tensors.Quantization;

namespace Hearth.Inference.Architectures;

/// <summary>Goes through a model's tensors without loading them: names, shapes and types are proved, bytes added up.</summary>
sealed class TensorChecks : ITensorReader
{
    /// <summary>What the names of tensors begin with that other models in the same file have: encoders of images and sound, what joins them to this one, heads that guess ahead.</summary>
    static readonly string[] Neighbours = ["v.", "mm.", "a.", "mtp."];

    readonly GgufFile _file;
    readonly bool _asFloat;
    readonly Adapters? _adapters;
    readonly HashSet<string> _known = [], _matrices = [];

    TensorChecks(GgufFile file, bool asFloat, Adapters? adapters) => (_file, _asFloat, _adapters) = (file, asFloat, adapters);

    long Bytes { get; set; }

    /// <exception cref="EngineException">A tensor is missing, unknown, or of another shape or type than the architecture has it.</exception>
    internal static void Check(GgufFile file, DecoderShape shape)
    {
        var checks = new TensorChecks(file, asFloat: false, null);
        _ = DecoderWeights.Read(checks, shape);
        if (file.Tensors.FirstOrDefault(t => !checks._known.Contains(t.Name) && !IsNeighbour(t)) is { } unknown)
        {
            throw new EngineException(
                FailureCode.UnsupportedModel, $"The file has a tensor '{unknown.Name}', which the architecture {shape.Architecture.Name} does not use.",
                "the tensors of its architecture", "The model is of a variant that this engine does not know; choose another one.");
        }
    }

    /// <summary>Whether a tensor belongs to another model in the file, without which this one reads and writes text as ever.</summary>
    internal static bool IsNeighbour(GgufTensor tensor) => Array.Exists(Neighbours, start => tensor.Name.StartsWith(start, StringComparison.Ordinal));

    /// <summary>Bytes that the weights will take.</summary>
    /// <exception cref="EngineException">An adapter changes what is no matrix.</exception>
    internal static long Estimate(GgufFile file, DecoderShape shape, bool asFloat, Adapters? adapters)
    {
        var checks = new TensorChecks(file, asFloat, adapters);
        _ = DecoderWeights.Read(checks, shape);
        adapters?.RequireOnly(checks._matrices);
        return checks.Bytes + (adapters?.EmbeddingBytes ?? 0);
    }

    /// <summary>A tensor that the model cannot do without.</summary>
    internal static GgufTensor Find(GgufFile file, string name)
        => file.Find(name) ?? throw new EngineException(
            FailureCode.InvalidModel, $"The file has no tensor '{name}'.", "all tensors of its architecture", "The file is incomplete; take another copy.");

    public bool Has(string name) => _file.Find(name) is not null && (_known.Add(name) || true);

    public WeightMatrix Matrix(int columns, params TensorRows[] parts)
    {
        var types = parts.Select(part => Check(part, columns).Type).Distinct().ToList();
        if (types.Count > 1)
        {
            throw new EngineException(
                FailureCode.UnsupportedModel, $"Tensors '{parts[0].Name}' and '{parts[^1].Name}' are of different types ({types[0]}, {types[^1]}).", "one type for both",
                "Take the model in another quantization.");
        }

        Bytes += WeightMatrix.BytesFor(types[0], parts.Sum(Groups), columns, _asFloat);
        return null!;
    }

    public FloatRows Vector(params TensorRows[] parts)
    {
        foreach (var part in parts)
        {
            if (parts.Length > 1 && !Has(part.Name))
                continue;
            var tensor = Find(_file, part.Name);
            _known.Add(part.Name);
            DecoderShape.Require(tensor.ElementCount == part.Of, $"tensor '{part.Name}' has {tensor.ElementCount} numbers, not {part.Of}");
            RequireType(tensor);
        }

        Bytes += parts.Sum(Groups) * WeightMatrix.GroupRows * sizeof(float);
        return null!;
    }

    public LowRank? LowRank(int columns, TensorRows[] parts)
    {
        _matrices.UnionWith(parts.Select(part => part.Name));
        if (_adapters is not null && parts.Any(part => _adapters.For(part.Name).Count > 0))
            Bytes += Architectures.LowRank.BytesFor(_adapters.Rank, columns, parts.Sum(Groups));
        return null;
    }

    /// <summary>Groups of 16 rows that hold a part.</summary>
    internal static int Groups(TensorRows part) => (part.Rows + WeightMatrix.GroupRows - 1) / WeightMatrix.GroupRows;

    GgufTensor Check(TensorRows part, int columns)
    {
        var tensor = Find(_file, part.Name);
        _known.Add(part.Name);
        DecoderShape.Require(
            tensor.RowLength == columns && tensor.Rows == part.Of, $"tensor '{part.Name}' has {tensor.Rows} rows of {tensor.RowLength}, not {part.Of} of {columns}");
        RequireType(tensor);
        return tensor;
    }

    static void RequireType(GgufTensor tensor)
    {
        if (!WeightMatrix.Supports(tensor.Type))
        {
            throw new EngineException(
                FailureCode.UnsupportedModel, $"Tensor '{tensor.Name}' is of type {tensor.Type}.", WeightMatrix.SupportedTypes,
                "Take the model in another type, or convert it.");
        }
    }
}
