using Hearth.Inference.Architectures;
using Hearth.Requests;
using Hearth.Requests.Models;
using Hearth.Tensors.Kernels;
using Hearth.Tensors.Memory;
using Hearth.Tensors.Quantization;
using Hearth.Tensors.Threading;
using TensorKernels = Hearth.Tensors.Kernels.Kernels;

namespace Hearth.Inference.Generation;

/// <summary>Measures the engine's own kernels on weights that mean nothing: what a model of this width and these formats would run on.</summary>
/// <remarks>Speed does not depend on what the weights say. Every figure is the median of runs of a fifth of its time.</remarks>
sealed class MachineMeasurement(TimeProvider clock)
{
    const int Rows = 512, Runs = 5, MostFormats = 16, MostWidth = 1 << 17, HeadLength = 64;
    const long MostStreamBytes = 256_000_000, LeastStreamBytes = 4_000_000;

    static readonly TimeSpan Long = TimeSpan.FromMilliseconds(250), Short = TimeSpan.FromMilliseconds(60);

    internal MachineSpeed Run(MachineRequest request, CancellationToken cancellationToken)
    {
        var types = Check(request);
        var threads = LoadedDecoder.ThreadsFor(request.Threads);
        var kernels = LoadedDecoder.Choose(request.InstructionSet);
        // Blocks of some formats hold 256 weights.
        var width = (request.Width + 255) / 256 * 256;
        using var crew = new Crew(threads, TensorKernels.ScratchBytes(Rows, width));
        var (formats, readRate) = (new List<FormatSpeed>(), 0.0);
        var bytes = Math.Clamp(request.StreamBytes, LeastStreamBytes, MostStreamBytes);
        foreach (var type in types)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var format = new MeasuredFormat(type, width, bytes, crew);
            if (formats.Count == 0)
            {
                // The runtime compiles anew what is called often, after a tenth of a second.
                _ = Seconds(Long, () => format.Prefill(kernels));
                readRate = format.Bytes / Seconds(Long, () => format.Read(kernels));
            }

            formats.Add(new(
                type.ToString(),
                format.PrefillMacs / Seconds(Short, () => format.Prefill(kernels)),
                format.Bytes / Seconds(Long, () => format.Decode(kernels)),
                format.BitsPerWeight));
        }

        cancellationToken.ThrowIfCancellationRequested();
        return new()
        {
            InstructionSet = kernels.Name,
            Threads = threads,
            AvailableBytes = MemoryPlan.Available(),
            Int8Peak = Peak(kernels, crew),
            ReadRate = readRate,
            LayerSeconds = Layer(crew),
            AttentionRate = Attention(kernels, crew),
            Formats = formats,
        };
    }

    static List<TensorType> Check(MachineRequest request)
    {
        if (request.Types.Count is 0 or > MostFormats || request.Types.Distinct().Count() != request.Types.Count)
            throw Refusal($"{request.Types.Count} formats were asked for.", $"1 to {MostFormats}, each once");
        if (request.Width is < 32 or > MostWidth)
            throw Refusal($"A width of {request.Width} was asked for.", $"32 to {MostWidth}");
        return [.. request.Types.Select(name => Enum.TryParse<TensorType>(name, out var type) && type.ToString() == name && WeightMatrix.Supports(type)
            ? type
            : throw Refusal("A format was asked for that this engine does not compute with.", "names of tensor types, such as Q4_0 or F16"))];
    }

    double Peak(TensorKernels kernels, Crew crew)
    {
        var done = 0L;
        var seconds = Seconds(Short, () => crew.Run(crew.Size, _ =>
        {
            for (var i = 0; i < 20; i++)
                Interlocked.Add(ref done, kernels.Spin(Measurement.SpinRounds));
        }), out var runs);
        return done / (double)runs / seconds;
    }

    /// <summary>Three barriers: what a layer of one token does beside its matrices and its attention.</summary>
    double Layer(Crew crew)
    {
        const int layers = 64, barriers = 3;
        return Seconds(Short, () => crew.Run(crew.Size, member =>
        {
            for (var i = 0; i < layers * barriers; i++)
                member.Barrier();
        })) / layers;
    }

    /// <summary>Causal attention of 512 positions over themselves, one head after another.</summary>
    double Attention(TensorKernels kernels, Crew crew)
    {
        const int tiles = Rows / AttentionTile.MaxQueries, positions = tiles * AttentionTile.MaxQueries, heads = 16;
        using var cache = new KvStore(Rows / KvStore.PageLength, 1, 1, HeadLength, half: true);
        using var queries = new FloatRows(positions, HeadLength);
        using var output = new FloatRows(positions, HeadLength);
        int[] pages = [.. Enumerable.Range(0, Rows / KvStore.PageLength)];
        var rule = new AttentionRule(1f / 8);
        var seconds = Seconds(Short, () => crew.Run(crew.Size, member =>
        {
            member.BeginPhase();
            for (var job = member.Take(); job < tiles * heads; job = member.Take())
            {
                var first = (int)(tiles - 1 - (job / heads)) * AttentionTile.MaxQueries;
                kernels.Attend(member, cache, 0, new(first, AttentionTile.MaxQueries, first, positions, pages, 0, 0, 1), queries, output, rule);
            }
        }));
        return (double)positions * positions / 2 * 2 * HeadLength * heads / seconds;
    }

    double Seconds(TimeSpan time, Action work) => Seconds(time, work, out _);

    /// <summary>The median time of a run, over at least five of them and about as long as said; one more warms up.</summary>
    double Seconds(TimeSpan time, Action work, out int runs)
    {
        work();
        var seconds = new List<double>();
        for (var begun = clock.GetTimestamp(); seconds.Count < Runs || clock.GetElapsedTime(begun) < time;)
        {
            var start = clock.GetTimestamp();
            work();
            seconds.Add(clock.GetElapsedTime(start).TotalSeconds);
        }

        runs = seconds.Count + 1;
        seconds.Sort();
        return seconds[seconds.Count / 2];
    }

    static EngineException Refusal(string found, string expected) => new(FailureCode.InvalidRequest, found, expected, "Correct the request.");
}
