using Hearth.Tensors.Kernels;

namespace Hearth.Inference.Architectures;

/// <summary>The attention of a pass as a list of tiles, computed from an index instead of stored: later positions first, since they take longest.</summary>
readonly struct AttentionJobs
{
    readonly Batch _batch;
    readonly DecoderShape _shape;
    readonly int _headsPerTile, _positionsPerTile, _tilesPerPosition;

    internal AttentionJobs(Batch batch, DecoderShape shape, int members)
    {
        (_batch, _shape) = (batch, shape);
        var group = shape.Heads / shape.KvHeads;
        // Heads that share keys go together unless that leaves threads without work.
        var together = batch.Rows * shape.KvHeads >= 4 * members;
        _headsPerTile = together ? Math.Min(group, AttentionTile.MaxQueries) : 1;
        _positionsPerTile = AttentionTile.MaxQueries / _headsPerTile;
        _tilesPerPosition = shape.KvHeads * ((group + _headsPerTile - 1) / _headsPerTile);
        foreach (var slice in batch.Slices)
            Count += Tiles(slice) * _tilesPerPosition;
    }

    internal int Count { get; }

    internal AttentionTile this[int index]
    {
        get
        {
            foreach (var slice in _batch.Slices)
            {
                var tiles = Tiles(slice);
                if (index >= tiles * _tilesPerPosition)
                {
                    index -= tiles * _tilesPerPosition;
                    continue;
                }

                var first = (tiles - 1 - (index / _tilesPerPosition)) * _positionsPerTile;
                var parts = _tilesPerPosition / _shape.KvHeads;
                var (kvHead, part) = (index % _tilesPerPosition / parts, index % parts);
                var group = _shape.Heads / _shape.KvHeads;
                var row = slice.FirstRow + first;
                return new(
                    row, Math.Min(_positionsPerTile, slice.Rows - first), slice.Position + first, slice.Position + slice.Rows, _batch.Pages(row), kvHead,
                    (kvHead * group) + (part * _headsPerTile), Math.Min(_headsPerTile, group - (part * _headsPerTile)));
            }

            throw new ArgumentOutOfRangeException(nameof(index));
        }
    }

    int Tiles(Batch.Slice slice) => (slice.Rows + _positionsPerTile - 1) / _positionsPerTile;
}
