using System.Diagnostics.CodeAnalysis;
using Hearth.Formats.Gguf;
using Hearth.Requests;
using Hearth.Tensors.Quantization;

namespace Hearth.Inference.Architectures;

/// <summary>A file of low-rank changes to a model's matrices and how strongly they count (Hu et al., LoRA). The file is borrowed.</summary>
/// <param name="Name">What it is called in messages.</param>
/// <param name="File">The file.</param>
/// <param name="Scale">The factor; 1 as trained, 0 without effect, negative against it.</param>
sealed record Adapter(string Name, GgufFile File, float Scale);

/// <summary>One pair of matrices of an adapter: W is changed by <paramref name="Factor"/> · B A.</summary>
/// <param name="Adapter">Where it comes from.</param>
/// <param name="A">Rank rows as long as W's; of experts, so many for each.</param>
/// <param name="B">As many rows as W has, as long as the rank.</param>
/// <param name="Rank">The rank.</param>
/// <param name="Factor">Scale · α / rank; the scale alone where the file states no α.</param>
sealed record AdapterPair(Adapter Adapter, GgufTensor A, GgufTensor B, int Rank, float Factor)
{
    /// <summary>Whole rows of A.</summary>
    /// <exception cref="EngineException">A number is not finite; as for <see cref="ScaledB"/>.</exception>
    internal float[] RowsOfA(long first, int rows) => Numbers(A, first, rows);

    /// <summary>Whole rows of B, times the factor.</summary>
    internal float[] ScaledB(long first, int rows)
    {
        var numbers = Array.ConvertAll(Numbers(B, first, rows), number => Factor * number);
        return Array.TrueForAll(numbers, float.IsFinite) ? numbers : throw NotFinite(B);
    }

    float[] Numbers(GgufTensor tensor, long first, int rows)
    {
        var numbers = new float[rows * tensor.RowLength];
        var rowBytes = tensor.Bytes / tensor.Rows;
        try
        {
            WeightMatrix.Decode(tensor.Type, tensor.File.Slice(tensor.Offset + (first * rowBytes), (int)(rows * rowBytes)), numbers);
        }
        catch (InvalidDataException)
        {
            throw NotFinite(tensor);
        }

        return numbers;
    }

    EngineException NotFinite(GgufTensor tensor)
        => Adapters.Refused(
            Adapter.Name, $"'{tensor.Name}' holds a number that is not finite, or is not with the scale {Adapter.Scale}", "finite numbers",
            "Take another copy of it, or a smaller scale.");
}

/// <summary>All adapters that are active together, by the tensors that they change.</summary>
sealed class Adapters
{
    internal const string TypeKey = "adapter.type", Lora = "lora", AlphaKey = "adapter.lora.alpha", SuffixB = ".lora_b", InvocationKey = "adapter.alora.invocation_tokens";
    const string SuffixA = ".lora_a", Embedding = "token_embd.weight", Output = "output.weight", Kind = "general.type", AdapterKind = "adapter";
    const string OtherAdapter = "Use an adapter that was made for this model.";
    const int MaxRank = 4096;
    readonly Dictionary<string, List<AdapterPair>> _pairs = [];

    /// <exception cref="EngineException">A file is no adapter, or none for this model; the message names file and tensor.</exception>
    internal Adapters(GgufFile model, IReadOnlyList<Adapter> adapters)
    {
        foreach (var adapter in adapters)
        {
            try
            {
                Read(model, adapter);
            }
            catch (InvalidDataException e)
            {
                throw Refused(adapter.Name, e.Message, "", OtherAdapter);
            }
        }

        // Gate and up share a matrix, so their pairs share one as well.
        var ranks = adapters.Sum(a => (long)_pairs.Values.SelectMany(p => p).Where(p => p.Adapter == a).Select(p => p.Rank).DefaultIfEmpty().Max());
        if (2 * ranks > MaxRank)
            throw new EngineException(FailureCode.InvalidModel, $"The adapters' ranks add up to {ranks}.", $"at most {MaxRank / 2}", "Use fewer adapters at once.");
        Rank = (int)((2 * ranks) + WeightMatrix.GroupRows - 1) / WeightMatrix.GroupRows * WeightMatrix.GroupRows;
    }

    /// <summary>Whether a file says of itself that it is an adapter, of whatever kind.</summary>
    internal static bool IsAdapter(GgufFile file) => file.Metadata.TypeOf(Kind) == GgufValueType.Str && file.Metadata.GetString(Kind) == AdapterKind;

    /// <summary>The common rank to which all pairs of a matrix are put together, padded with zeros; 0 without adapters.</summary>
    internal int Rank { get; }

    internal IReadOnlyList<AdapterPair> For(string tensor) => _pairs.GetValueOrDefault(tensor) ?? [];

    /// <summary>The pairs that change embeddings, whose A has a row for each token.</summary>
    internal IReadOnlyList<AdapterPair> ForEmbedding => For(Embedding);

    /// <summary>Bytes that they take.</summary>
    internal long EmbeddingBytes => ForEmbedding.Sum(p => sizeof(float) * (p.A.ElementCount + p.B.ElementCount));

    /// <exception cref="EngineException">An adapter changes a tensor that no row of activations is multiplied by.</exception>
    internal void RequireOnly(IReadOnlySet<string> matrices)
    {
        foreach (var (name, pairs) in _pairs)
        {
            if (name != Embedding && !matrices.Contains(name))
                throw Refused(pairs[0].Adapter.Name, $"it changes '{name}', which is no matrix", "changes of matrices", OtherAdapter);
        }
    }

    void Read(GgufFile model, Adapter adapter)
    {
        var pairsBefore = _pairs.Values.Sum(p => p.Count);
        if (Text(Kind) != AdapterKind)
            throw Refused(adapter.Name, $"it is no adapter, its {Kind} is {Shown(Kind)}", $"'{AdapterKind}'", "Name the file of an adapter; the model itself is named as the model.");
        RequireText(TypeKey, Lora);
        Require(adapter.File.Metadata.TypeOf(InvocationKey) is null, $"it counts only behind certain tokens ({InvocationKey})", "an adapter that counts everywhere");
        RequireText("general.architecture", model.Metadata.GetString("general.architecture"));
        Require(float.IsFinite(adapter.Scale), $"its scale is {adapter.Scale}", "a finite number");
        var alpha = adapter.File.Metadata.TryGetFloat32(AlphaKey, out var value) ? value : 0;
        Require(float.IsFinite(alpha), $"its alpha is {alpha}", "a finite number");
        foreach (var tensor in adapter.File.Tensors)
        {
            // As llama.cpp does it: norms of adapters do not count.
            if (tensor.Name.EndsWith("_norm.weight", StringComparison.Ordinal))
                continue;
            var name = BaseName(tensor.Name);
            Require(name is not null, $"it has a tensor '{tensor.Name}'", "names that end in .lora_a or .lora_b");
            if (tensor.Name.EndsWith('a'))
                Add(name, tensor, Find(name + SuffixB));
            else
                Find(name + SuffixA);
        }

        Require(_pairs.Values.Sum(p => p.Count) > pairsBefore, "it changes nothing", "at least one pair of matrices");

        void Add(string name, GgufTensor a, GgufTensor b)
        {
            var target = model.Find(name);
            Require(target is not null, $"it changes '{name}', which the model does not have", "tensors of the model");
            Require(name != Embedding || model.Find(Output) is not null, $"it changes '{name}', which this model uses for its output, too", "a change of one of them only");
            var rank = b.RowLength;
            var experts = Experts(target);
            // Of embeddings A stands the other way round: a row for each token.
            var (rows, length, count, across) = name == Embedding ? (target.RowLength, rank, target.Rows, 0L) : (target.Rows, target.RowLength, rank * experts, experts);
            Require(rank is > 0 and <= MaxRank, $"'{b.Name}' has the rank {rank}", $"1 to {MaxRank}");
            Require(a.RowLength == length && a.Rows == count, $"'{a.Name}' has {a.Rows} rows of {a.RowLength} numbers", $"{count} rows of {length} for the rank {rank} of '{b.Name}'");
            Require(b.Rows == rows, $"'{b.Name}' has {b.Rows} rows", $"{rows}, as '{name}' has");
            Require(across == 0 || (Experts(a) == experts && Experts(b) == experts), $"'{a.Name}' is for {Experts(a)} experts", $"{experts} experts");
            foreach (var part in (GgufTensor[])[a, b])
                Require(WeightMatrix.Supports(part.Type), $"'{part.Name}' is of type {part.Type}", WeightMatrix.SupportedTypes);
            if (!_pairs.TryGetValue(name, out var pairs))
                _pairs[name] = pairs = [];
            pairs.Add(new(adapter, a, b, (int)rank, alpha == 0 ? adapter.Scale : adapter.Scale * alpha / rank));
        }

        GgufTensor Find(string name)
        {
            var tensor = adapter.File.Find(name);
            Require(tensor is not null, $"it has no tensor '{name}'", "both matrices of each pair");
            return tensor;
        }

        string? Text(string key) => adapter.File.Metadata.TryGetString(key, out var text) ? text : null;

        string Shown(string key) => Text(key) is { } text ? $"'{text}'" : "missing";

        void RequireText(string key, string expected) => Require(Text(key) == expected, $"its {key} is {Shown(key)}", $"'{expected}'");

        void Require([DoesNotReturnIf(false)] bool holds, string found, string expected)
        {
            if (!holds)
                throw Refused(adapter.Name, found, expected, OtherAdapter);
        }
    }

    internal static EngineException Refused(string name, string found, string expected, string remedy)
        => new(FailureCode.InvalidModel, $"The adapter '{name}' cannot be used: {found.TrimEnd('.')}.", expected, remedy);

    static string? BaseName(string name)
        => name.EndsWith(SuffixA, StringComparison.Ordinal) || name.EndsWith(SuffixB, StringComparison.Ordinal) ? name[..^SuffixA.Length] : null;

    static long Experts(GgufTensor tensor) => tensor.Shape.Count > 2 ? tensor.Shape[2] : 1;
}
