using Hearth.Requests;

namespace Hearth.Inference.Sampling;

/// <summary>Finds stop texts in an answer that arrives in pieces, and lets out only text that cannot become part of one.</summary>
/// <remarks>
/// The stop text that is complete first ends the answer; of two that end together, the longer. Neither depends on where the pieces are cut.
/// Each stop text has its Knuth–Morris–Pratt table, so that a character costs a constant time for each of them.
/// </remarks>
sealed class StopMatcher
{
    const int LargestCount = 16;

    readonly string[] _stops;
    readonly int[][] _borders;
    readonly int[] _matched;
    string _held = "";

    /// <summary>A matcher for one answer.</summary>
    /// <exception cref="EngineException"><see cref="FailureCode.InvalidRequest"/>: more than 16 stop texts, or an empty one.</exception>
    internal StopMatcher(IReadOnlyList<PrivateText> stops)
    {
        if (stops.Count > LargestCount)
            throw new EngineException(FailureCode.InvalidRequest, $"{stops.Count} stop texts were given.", $"at most {LargestCount}", "Leave some out.");
        if (stops.Contains(""))
            throw new EngineException(FailureCode.InvalidRequest, "A stop text is empty.", "at least one character", "Leave it out.");

        _stops = [.. stops.Select(stop => stop.Reveal())];
        _borders = [.. _stops.Select(Borders)];
        _matched = new int[_stops.Length];
    }

    /// <summary>The stop text that ended the answer, or null.</summary>
    internal string? Found { get; private set; }

    /// <summary>Takes the next piece and returns the text that is safe to show; nothing any more once a stop text was found.</summary>
    internal string Append(string piece)
    {
        if (Found is not null)
            return "";
        for (var i = 0; i < piece.Length; i++)
        {
            Found = Step(piece[i]);
            if (Found is not null)
                return Release(_held + piece[..(i + 1)], Found.Length);
        }

        var text = _held.Length == 0 ? piece : _held + piece;
        return Release(text, Pending(text));
    }

    /// <summary>The answer ended otherwise: what was held back is part of it.</summary>
    internal string Flush()
    {
        var rest = Found is null ? _held : "";
        _held = "";
        Array.Clear(_matched);
        return rest;
    }

    /// <summary>Advances every stop text by a character.</summary>
    string? Step(char next)
    {
        string? complete = null;
        for (var s = 0; s < _stops.Length; s++)
        {
            var (stop, length) = (_stops[s], _matched[s]);
            while (length > 0 && stop[length] != next)
                length = _borders[s][length - 1];
            if (stop[length] == next)
                length++;
            if (length == stop.Length && stop.Length > (complete?.Length ?? 0))
                complete = stop;
            _matched[s] = length == stop.Length ? _borders[s][length - 1] : length;
        }

        return complete;
    }

    /// <summary>How much of the end of a text may still become part of a stop text, whole characters only.</summary>
    int Pending(string text)
    {
        var pending = 0;
        foreach (var length in _matched)
            pending = Math.Max(pending, length);
        return pending < text.Length && char.IsHighSurrogate(text[^(pending + 1)]) ? pending + 1 : pending;
    }

    string Release(string text, int keep)
    {
        _held = text[^keep..];
        return keep == 0 ? text : text[..^keep];
    }

    /// <summary>For each prefix of a stop text, the length of its longest proper prefix that is also its suffix.</summary>
    static int[] Borders(string stop)
    {
        var borders = new int[stop.Length];
        for (int i = 1, length = 0; i < stop.Length; i++)
        {
            while (length > 0 && stop[i] != stop[length])
                length = borders[length - 1];
            if (stop[i] == stop[length])
                length++;
            borders[i] = length;
        }

        return borders;
    }
}
