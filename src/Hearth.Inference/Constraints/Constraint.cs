using Hearth.Inference.Constraints.Automata;

namespace Hearth.Inference.Constraints;

/// <summary>Which tokens may come next in one answer, so that the whole of it is a text of a grammar. For one thread at a time.</summary>
sealed class Constraint
{
    /// <summary>What a step from a place costs, and a look at what the vocabulary makes of it, roughly, in nodes of a trie.</summary>
    const int PlaceWork = 50;

    readonly ConstraintVocabulary _vocabulary;
    readonly MaskBudget _budget = new();
    readonly Analyses _analyses;
    readonly Walker _walker = new();
    readonly ulong[] _mask;
    Places _places;

    // The same places with those that are reached from them without a byte; made when they are needed.
    Places? _opened;

    // What the present mask has of a place's tokens already: many ways may lead to one.
    HashSet<(Place, TokenTrie, int)> _allowed = [];

    /// <summary>Begins an answer.</summary>
    internal Constraint(Node grammar, ConstraintVocabulary vocabulary)
    {
        _vocabulary = vocabulary;
        _analyses = new(vocabulary.Strings, vocabulary.Analyses, _budget);
        _mask = new ulong[(vocabulary.Count + 63) / 64];
        _places = _walker.Begin(grammar, null);
    }

    /// <summary>True where the text so far is complete.</summary>
    internal bool IsComplete => Opened.IsEnd;

    /// <summary>True where the text so far is complete and nothing can come after it.</summary>
    internal bool IsFinished => IsComplete && Opened.All.All(IsAtItsEnd);

    /// <summary>Roughly the memory that is kept for this answer alone.</summary>
    internal long KeptBytes => _analyses.Bytes;

    Places Opened => _opened ??= _walker.Opened(_places);

    /// <summary>One bit for each token that may come next; that of a token that ends the answer where the text is complete. Valid until the next call.</summary>
    internal ReadOnlySpan<ulong> Mask()
    {
        _mask.AsSpan().Clear();
        _allowed.Clear();
        foreach (var place in _places.All)
            Allow(place, _vocabulary.Trie, 0);
        if (IsComplete)
        {
            foreach (var end in _vocabulary.Ends)
                _mask[end >> 6] |= 1UL << end;
        }

        return _mask;
    }

    /// <summary>Goes on by a token of the mask; false, and nothing has changed, where it isn't allowed.</summary>
    internal bool TryAdvance(int token)
    {
        if (_vocabulary.IsEnd(token))
            return IsComplete;
        var bytes = _vocabulary.Bytes(token).Span;
        return !bytes.IsEmpty && TryAdvance(bytes);
    }

    /// <summary>Goes on by some bytes; false, and nothing has changed, where they aren't allowed.</summary>
    internal bool TryAdvance(ReadOnlySpan<byte> bytes)
    {
        var (places, opened) = (_places, (Places?)Opened);
        foreach (var next in bytes)
        {
            opened ??= _walker.Opened(places);
            _budget.Take((long)opened.All.Count * PlaceWork);
            (places, opened) = (Walker.Step(opened, next), null);
            if (places.All.Count == 0)
                return false;
        }

        (_places, _opened) = (places, opened);
        _budget.Refill();
        return true;
    }

    static bool IsAtItsEnd(Place place)
    {
        for (var next = 0; next <= byte.MaxValue; next++)
        {
            if (place.Lexeme.Automaton.Step(place.State, (byte)next) != Automaton.Dead)
                return false;
        }

        return true;
    }

    void Allow(Place place, TokenTrie trie, int node)
    {
        if (!_allowed.Add((place, trie, node)))
            return;
        _budget.Take(PlaceWork);
        var analysis = _analyses.Of(place.Lexeme.Automaton, place.State, trie, node);
        if (analysis.Except.Length == 0)
        {
            Allow(place, analysis);
            return;
        }

        // What other places allow of the excepted tokens stays, and what was allowed in here may be excepted: it is no longer known as allowed.
        var (before, known) = (Array.ConvertAll(analysis.Except, IsAllowed), _allowed);
        _allowed = [];
        Allow(place, analysis);
        _allowed = known;
        for (var i = 0; i < before.Length; i++)
        {
            if (!before[i])
                _mask[analysis.Except[i] >> 6] &= ~(1UL << analysis.Except[i]);
        }
    }

    bool IsAllowed(int token) => (_mask[token >> 6] >> token & 1) != 0;

    void Allow(Place place, Analysis analysis)
    {
        analysis.Inside.AddTo(_mask);
        foreach (var exit in analysis.Exits)
        {
            foreach (var begun in _walker.Begin(place.Lexeme.Next(exit.Label), place.Stack).All)
                Allow(begun, exit.Trie, exit.Node);
        }
    }
}
