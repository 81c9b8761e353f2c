namespace Hearth.Inference.Tokenizers;

/// <summary>Pairs of a long word in the order in which they merge: by rank, then from left to right.</summary>
/// <remarks>
/// A list of positions for each rank, for within a rank they nearly always come in ascending order: so the time of a word, even one letter ten million
/// times, grows with its length, where a heap of all pairs would miss the processor's caches at every step.
/// </remarks>
sealed class MergeQueue
{
    readonly Dictionary<int, Positions> _ofRank = [];
    readonly PriorityQueue<Positions, int> _waiting = new();
    Positions _latest = new(-1);

    internal void Add(int rank, int position)
    {
        if (_latest.Rank != rank && !_ofRank.TryGetValue(rank, out _latest!))
            _ofRank.Add(rank, _latest = new(rank));
        if (!_latest.Waits)
            _waiting.Enqueue(_latest, rank);
        _latest.Waits = true;
        _latest.Add(position);
    }

    internal bool TryTake(out int rank, out int position)
    {
        while (_waiting.TryPeek(out var positions, out rank))
        {
            if (positions.TryTake(out position))
                return true;
            _waiting.Dequeue();
            positions.Waits = false;
        }

        (rank, position) = (0, 0);
        return false;
    }

    /// <summary>Where pairs of one rank begin, from the left.</summary>
    sealed class Positions(int rank)
    {
        // Ascending from _first on; what came out of order is in _others.
        readonly List<int> _ascending = [];
        int _first;
        PriorityQueue<int, int>? _others;

        internal int Rank => rank;

        internal bool Waits { get; set; }

        internal void Add(int position)
        {
            if (_first == _ascending.Count || _ascending[^1] <= position)
                _ascending.Add(position);
            else
                (_others ??= new()).Enqueue(position, position);
        }

        internal bool TryTake(out int position)
        {
            if (_others is not null && _others.TryPeek(out position, out _) && (_first == _ascending.Count || position < _ascending[_first]))
            {
                _others.Dequeue();
                return true;
            }

            if (_first < _ascending.Count)
            {
                position = _ascending[_first++];
                return true;
            }

            _ascending.Clear();
            _first = position = 0;
            return false;
        }
    }
}
