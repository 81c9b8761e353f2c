namespace Hearth.Inference.Constraints.Texts;

/// <summary>Patterns and whole texts, gathered into one <see cref="Nfa"/>.</summary>
sealed class TextPatterns
{
    readonly CompileBudget _budget;
    readonly Nfa _nfa;
    readonly Dictionary<int, int> _ends = [];
    readonly int _start;

    internal TextPatterns(CompileBudget budget)
    {
        (_budget, _nfa) = (budget, new(budget));
        _start = _nfa.Add();
    }

    /// <summary>A text in which an expression is found somewhere has this number.</summary>
    internal void AddSearch(string expression, int number)
    {
        var (before, after) = (_nfa.Add(), _nfa.Add());
        _nfa.Connect(_start, before);
        _nfa.Connect(before, before, CodeRanges.All);
        var begin = _nfa.Add();
        _nfa.Connect(before, begin);
        _nfa.Connect(RegexParser.Parse(expression, _budget).Build(_nfa, begin), after);
        _nfa.Connect(after, after, CodeRanges.All);
        _ends[after] = number;
    }

    /// <summary>A text that is matched as a whole has this number.</summary>
    internal void AddWhole(Regex regex, int number)
    {
        var begin = _nfa.Add();
        _nfa.Connect(_start, begin);
        _ends[regex.Build(_nfa, begin)] = number;
    }

    /// <summary>This text has this number.</summary>
    internal void AddText(string text, int number)
    {
        var state = _nfa.Add();
        _nfa.Connect(_start, state);
        foreach (var rune in text.EnumerateRunes())
        {
            var next = _nfa.Add();
            _nfa.Connect(state, next, CodeRanges.Of((rune.Value, rune.Value)));
            state = next;
        }

        _ends[state] = number;
    }

    /// <summary>Every text has this number.</summary>
    internal void AddAnything(int number)
    {
        var state = _nfa.Add();
        _nfa.Connect(_start, state);
        _nfa.Connect(state, state, CodeRanges.All);
        _ends[state] = number;
    }

    /// <summary>The language of those texts that are given a label.</summary>
    internal TextLanguage Build(Func<ulong, int> decide, int least = 0, int? most = null) => new LanguageBuilder(_budget, _nfa, _ends, decide, least, most).Build(_start);
}
