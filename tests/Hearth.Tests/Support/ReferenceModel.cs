using System.Runtime.InteropServices;
using System.Text.Json;
using Hearth.Formats.Gguf;
using Hearth.Inference.Architectures;
using Hearth.Inference.KvCache;
using Hearth.Requests.Models;

namespace Hearth.Tests.Support;

/// <summary>Inputs of a tiny model of the shared data and what transformers computes for them in double precision.</summary>
sealed class ReferenceData
{
    readonly JsonElement _inputs;
    readonly float[] _expected;

    internal ReferenceData(string folder)
    {
        Folder = Repository.Shared("data", "architectures", folder);
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "inputs.json")));
        _inputs = document.RootElement.Clone();
        _expected = _inputs.TryGetProperty("data", out var data) ? Numbers(data.GetString()!) : [];
    }

    internal string Folder { get; }

    internal IEnumerable<JsonElement> Cases => _inputs.GetProperty("cases").EnumerateArray();

    internal float[] Numbers(string file) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(Folder, file))).ToArray();

    /// <summary>What the reference has for a case: rows one after another.</summary>
    internal float[] Expected(JsonElement @case)
        => _expected.AsSpan(@case.GetProperty("offset").GetInt32(), ShippedModel.Ids(@case.GetProperty("shape")).Aggregate(1, (a, b) => a * b)).ToArray();
}

/// <summary>A tiny model of the shared data, loaded.</summary>
sealed class ReferenceModel : IDisposable
{
    internal static readonly LoadOptions Float = new() { Activations = ActivationType.Float, KvType = KvType.F32 };

    internal ReferenceModel(string folder, LoadOptions options, string file = "model.gguf")
        : this(new(folder), options, file, [])
    {
    }

    internal ReferenceModel(ReferenceData data, LoadOptions options, string file, IReadOnlyList<(string Name, float Scale)> adapters)
    {
        Data = data;
        using var model = GgufFile.Open(Path.Combine(data.Folder, file));
        var files = adapters.Select(a => new Adapter(a.Name, GgufFile.Open(Path.Combine(data.Folder, a.Name)), a.Scale)).ToList();
        Model = LoadedDecoder.Load(model, options, null, CancellationToken.None, files);
        files.ForEach(f => f.File.Dispose());
    }

    internal ReferenceData Data { get; }

    internal LoadedDecoder Model { get; }

    internal IEnumerable<JsonElement> Cases => Data.Cases;

    internal float[] Numbers(string file) => Data.Numbers(file);

    internal float[] Expected(JsonElement @case) => Data.Expected(@case);

    /// <summary>The rows of a case that the reference has, computed in passes of up to <paramref name="chunk"/> tokens.</summary>
    internal float[] Compute(JsonElement @case, int chunk = LoadedDecoder.MaxLogits)
    {
        var tokens = ShippedModel.Ids(@case.GetProperty("tokens"));
        var positions = ShippedModel.Ids(@case.GetProperty("positions"));
        return [.. Rows(tokens, chunk, @case.TryGetProperty("output", out var output) && output.GetString() == "token-vectors").Where((_, i) => positions.Contains(i)).SelectMany(row => row)];
    }

    /// <summary>Logits or vectors of every position.</summary>
    internal List<float[]> Rows(int[] tokens, int chunk, bool vectors)
    {
        var sequence = new CachedSequence(Model.Pool, tokens.Length, tokens.Length > Model.Shape.LongFrom);
        var limits = Model.Decoder.Limits;
        var batch = new Batch(limits.Rows, vectors ? limits.Rows : limits.Logits, vectors ? PassResult.Vectors : PassResult.Logits);
        // An encoder's tokens see each other: a text is computed at once.
        var step = Model.Shape.Architecture.Causal ? chunk : tokens.Length;
        var rows = new List<float[]>();
        for (var at = 0; at < tokens.Length; at += step)
        {
            var part = tokens.AsSpan(at, Math.Min(step, tokens.Length - at));
            sequence.Append(part);
            batch.Clear();
            batch.Add(sequence, part.Length, LogitsWanted.All);
            Model.Decoder.Forward(batch);
            for (var i = 0; i < part.Length; i++)
                rows.Add((vectors ? Model.Decoder.Vectors : Model.Decoder.Logits).Row(i).ToArray());
        }

        sequence.Truncate(0);
        return rows;
    }

    /// <summary>Fails where numbers are further from the reference than an engine in single precision may be.</summary>
    internal static void AssertClose(float[] expected, float[] actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        var largest = expected.Zip(actual, (e, a) => (double)Math.Abs(e - a)).Max();
        var relative = ShippedModel.RelativeError(expected, actual);
        TestContext.Current.TestOutputHelper!.WriteLine($"{what}: relative RMS {relative:E1}, largest difference {largest:E1}");
        Assert.True(relative <= 1e-5 && largest <= 5e-4, $"{what}: relative RMS {relative:E2}, largest difference {largest:E2}");
    }

    public void Dispose() => Model.Dispose();
}
