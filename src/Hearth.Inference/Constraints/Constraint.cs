namespace Hearth.Inference.Constraints;

/// <summary>Which tokens may come next in one answer, so that the whole of it is a text of a grammar. For one thread at a time.</summary>
sealed class Constraint
{
    readonly ConstraintVocabulary _vocabulary;
    readonly Analyses _analyses;
    readonly Walker _walker = new();
    readonly ulong[] _mask;
    Places _places;

    /// <summary>Begins an answer.</summary>
    internal Constraint(Node grammar, ConstraintVocabulary vocabulary)
    {
        _vocabulary = vocabulary;
        _analyses = new(vocabulary.Strings, vocabulary.Analyses);
        _mask = new ulong[(vocabulary.Count + 63) / 64];
        _places = _walker.Begin(grammar, null);
    }

    /// <summary>True where the text so far is complete.</summary>
    internal bool IsComplete => _walker.CanEnd(_places);

    /// <summary>True where the text so far is complete and nothing can come after it.</summary>
    internal bool IsFinished => _places is { IsEnd: true, All.Count: 0 };

    /// <summary>Roughly the memory that is kept for this answer alone.</summary>
    internal long KeptBytes => _analyses.Bytes;

    /// <summary>One bit for each token that may come next; that of a token that ends the answer where the text is complete. Valid until the next call.</summary>
    internal ReadOnlySpan<ulong> Mask()
    {
        _mask.AsSpan().Clear();
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
        var places = _places;
        foreach (var next in bytes)
        {
            places = _walker.Step(places, next);
            if (places.All.Count == 0 && !places.IsEnd)
                return false;
        }

        _places = places;
        return true;
    }

    void Allow(Place place, TokenTrie trie, int node)
    {
        var analysis = _analyses.Of(place.Lexeme.Automaton, place.State, trie, node);
        // What other places allow of the excepted tokens stays.
        var allowed = Array.ConvertAll(analysis.Except, IsAllowed);
        Allow(place, analysis);
        for (var i = 0; i < allowed.Length; i++)
        {
            if (!allowed[i])
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
