using Hearth.Tensors.Kernels;
using Hearth.Tensors.Memory;
using Hearth.Tensors.Threading;
using TensorKernels = Hearth.Tensors.Kernels.Kernels;

namespace Hearth.Inference.Architectures;

/// <summary>
/// A mixture of experts (Jiang et al., Mixtral of Experts). Rows are grouped by expert, so that each expert's weights are read once a pass, and only
/// those of experts that are chosen. A row's results are added by ascending expert, whatever rows are beside it. Owns its buffers.
/// </summary>
sealed class MixturePart : IDisposable
{
    readonly TensorKernels _kernels;
    readonly LinearMath _linear;
    readonly int _experts, _used;
    readonly FloatRows _scores, _inner, _results;
    readonly Activations _ready;
    readonly FloatRows? _sharedResult, _sharedGate;
    readonly FeedForwardPart? _shared;
    readonly int[] _chosen;
    readonly float[] _weights;
    readonly Groups[] _groups;

    internal MixturePart(DecoderShape shape, TensorKernels kernels, LinearMath linear, int rows, int members)
    {
        (_kernels, _linear, _experts, _used) = (kernels, linear, shape.Experts, shape.ExpertsUsed);
        _scores = new(rows, _experts);
        _inner = new(rows * _used, shape.FeedForward);
        _results = new(rows * _used, shape.Width);
        _ready = new(rows, shape.FeedForward, members);
        if (shape.SharedFeedForward > 0)
        {
            _shared = new(kernels, linear, shape.SharedFeedForward, rows, members);
            (_sharedResult, _sharedGate) = (new(rows, shape.Width), new(rows, 1));
        }

        (_chosen, _weights) = (new int[rows * _used], new float[rows * _used]);
        _groups = [.. Enumerable.Range(0, members).Select(_ => new Groups(_experts, rows * _used))];
    }

    /// <summary>Adds the experts' results to the residual stream, which it also reads. No barrier at the end.</summary>
    internal void Run(CrewMember member, ExpertWeights w, Norm? norm, int rows, PassBuffers buffers)
    {
        _kernels.Prepare(member, buffers.X, [], rows, norm, buffers.Normed, w.Router.Forms);
        _linear.Multiply(member, w.Router, buffers.Normed, rows, _scores);
        member.Barrier();
        var (from, to) = member.Share(rows);
        for (var r = from; r < to; r++)
            ExpertRouter.Choose(_scores.Row(r), _chosen.AsSpan(r * _used, _used), _weights.AsSpan(r * _used, _used));
        member.Barrier();

        // Every member groups the rows for itself: that is less than a barrier.
        if (w.Shared is { } shared)
            RunShared(member, shared, w.SharedGate!, norm, rows, buffers);
        var groups = _groups[member.Index];
        groups.Sort(_chosen.AsSpan(0, rows * _used), _used);
        for (var e = 0; e < _experts; e++)
            RunExpert(member, buffers.X, groups.RowsOf(e), norm, buffers.Normed, w.Experts[e].In, _inner, groups.Start(e));
        member.Barrier();
        for (var e = 0; e < _experts; e++)
            RunExpert(member, _inner, groups.PlacesOf(e), null, _ready, w.Experts[e].Out, _results, groups.Start(e));
        member.Barrier();
        for (var r = from; r < to; r++)
        {
            for (var k = r * _used; k < (r + 1) * _used; k++)
                _kernels.AddScaled(_results, groups.PlaceOf(k), _weights[k], buffers.X, r);
            if (_shared is not null)
                _kernels.AddScaled(_sharedResult!, r, DeltaGates.Logistic(_sharedGate!.Row(r)[0]), buffers.X, r);
        }
    }

    public void Dispose()
    {
        foreach (var buffer in (IDisposable?[])[_scores, _inner, _results, _ready, _sharedResult, _sharedGate, _shared])
            buffer?.Dispose();
    }

    /// <summary>The expert that computes every row, and its gate. Ends with a barrier.</summary>
    void RunShared(CrewMember member, FeedForwardWeights w, Linear gate, Norm? norm, int rows, PassBuffers buffers)
    {
        _kernels.Prepare(member, buffers.X, [], rows, norm, buffers.Normed, gate.Forms);
        _linear.Multiply(member, gate, buffers.Normed, rows, _sharedGate!);
        member.Barrier();
        _shared!.Run(member, w, norm, rows, buffers, _sharedResult!);
        member.Barrier();
    }

    void RunExpert(CrewMember member, FloatRows source, ReadOnlySpan<int> map, Norm? norm, Activations ready, Linear linear, FloatRows target, int first)
    {
        if (map.IsEmpty)
            return;
        _kernels.Prepare(member, source, map, map.Length, norm, ready, linear.Forms);
        _linear.Multiply(member, linear, ready, map.Length, target, first);
        // Rows that all members share are overwritten by the next expert.
        if (map.Length > TensorKernels.FewRows)
            member.Barrier();
    }

    /// <summary>The rows of a pass by expert: a counting sort. The place of a choice is its index after sorting.</summary>
    sealed class Groups(int experts, int choices)
    {
        readonly int[] _starts = new int[experts + 1], _rows = new int[choices], _places = new int[choices], _placeOf = new int[choices];

        internal int Start(int expert) => _starts[expert];

        internal ReadOnlySpan<int> RowsOf(int expert) => _rows.AsSpan(_starts[expert].._starts[expert + 1]);

        internal ReadOnlySpan<int> PlacesOf(int expert) => _places.AsSpan(_starts[expert].._starts[expert + 1]);

        internal int PlaceOf(int choice) => _placeOf[choice];

        internal void Sort(ReadOnlySpan<int> chosen, int each)
        {
            Array.Clear(_starts);
            foreach (var expert in chosen)
                _starts[expert + 1]++;
            for (var e = 0; e < experts; e++)
                _starts[e + 1] += _starts[e];
            for (var c = 0; c < chosen.Length; c++)
            {
                var place = _starts[chosen[c]]++;
                (_rows[place], _places[place], _placeOf[c]) = (c / each, place, place);
            }

            // Every start has moved to the next one's.
            _starts.AsSpan(..^1).CopyTo(_starts.AsSpan(1));
            _starts[0] = 0;
        }
    }
}
