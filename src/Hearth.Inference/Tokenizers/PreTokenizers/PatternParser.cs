using System.Globalization;

namespace Hearth.Inference.Tokenizers.PreTokenizers;

/// <summary>Reads regular expressions of pre-tokenizers.</summary>
/// <remarks>
/// There are alternatives, groups <c>(…)</c>, <c>(?:…)</c>, <c>(?i:…)</c>, <c>(?!…)</c>, classes <c>[^…&amp;&amp;[^…]]</c>, <c>\s \S \p{…} \r \n \t</c>,
/// escaped characters, and the repetitions <c>? * + {n} {n,m}</c>. The expressions are constants of this program, so that a wrong one is a bug.
/// </remarks>
ref struct PatternParser
{
    readonly ReadOnlySpan<char> _text;
    int _at;
    bool _anyCase;

    PatternParser(string text) => _text = text;

    internal static PatternItem Parse(string expression)
    {
        var parser = new PatternParser(expression);
        var item = parser.ReadChoice(Accept.Always);
        return parser._at == expression.Length ? item : throw parser.Wrong("something after the end");
    }

    // Items are linked to what follows them, so an alternative is read into a list of makers and then made from its end.
    PatternItem ReadChoice(PatternItem next)
    {
        var ways = new List<PatternItem>();
        do
            ways.Add(ReadSequence(next));
        while (TryTake("|"));
        return ways.Count == 1 ? ways[0] : new Choice([.. ways]);
    }

    PatternItem ReadSequence(PatternItem next)
    {
        var makers = new Stack<Func<PatternItem, PatternItem>>();
        while (_at < _text.Length && _text[_at] is not ('|' or ')'))
            makers.Push(ReadItem());
        foreach (var make in makers)
            next = make(next);
        return next;
    }

    Func<PatternItem, PatternItem> ReadItem()
    {
        if (TryTake("(?!"))
        {
            var what = ReadGroup();
            return next => new NotBefore(what, next);
        }

        if (!TryTake("("))
        {
            var set = ReadSet();
            var (least, most) = ReadRepetition();
            return next => new Run(set, least, most, next);
        }

        var outer = _anyCase;
        _anyCase |= TryTake("?i:");
        TryTake("?:");
        var group = ReadGroup();
        _anyCase = outer;
        return ReadRepetition() switch
        {
            (1, 1) => next => new Sequence(group, next),
            (0, 1) => next => new Choice([new Sequence(group, next), next]),
            (var least, int.MaxValue) => next => new Repeat(group, least, next),
            _ => throw Wrong("a group with such a repetition"),
        };
    }

    /// <summary>Reads a group to its end; it matches on its own, its first way being final.</summary>
    PatternItem ReadGroup()
    {
        var group = ReadChoice(Accept.Always);
        return TryTake(")") ? group : throw Wrong("a group without end");
    }

    (int Least, int Most) ReadRepetition()
    {
        if (TryTake("?"))
            return (0, 1);
        if (TryTake("*"))
            return (0, int.MaxValue);
        if (TryTake("+"))
            return (1, int.MaxValue);
        if (!TryTake("{"))
            return (1, 1);
        var least = ReadNumber();
        var most = TryTake(",") ? ReadNumber() : least;
        return TryTake("}") ? (least, most) : throw Wrong("a repetition without end");
    }

    int ReadNumber()
    {
        var start = _at;
        while (_at < _text.Length && char.IsAsciiDigit(_text[_at]))
            _at++;
        return int.Parse(_text[start.._at], CultureInfo.InvariantCulture);
    }

    CharacterSet ReadSet()
    {
        if (TryTake("["))
            return ReadClass(negated: TryTake("^"));
        if (TryTake("\\S"))
            return new(0, whiteSpace: true, [], negated: true);
        var members = new Members([]);
        ReadMember(ref members);
        return members.ToSet(negated: false, except: null);
    }

    CharacterSet ReadClass(bool negated)
    {
        var members = new Members([]);
        CharacterSet? except = null;
        while (!TryTake("]"))
        {
            if (TryTake("&&[^"))
                except = ReadClass(negated: false);
            else
                ReadMember(ref members);
        }

        return members.ToSet(negated, except);
    }

    void ReadMember(ref Members members)
    {
        if (TryTake("\\p{"))
        {
            var end = _at + _text[_at..].IndexOf('}');
            members.Add(_text[_at..end].ToString());
            _at = end + 1;
            return;
        }

        if (TryTake("\\s"))
        {
            members.WhiteSpace = true;
            return;
        }

        var first = ReadCharacter();
        // A hyphen is a range only between two characters.
        if (_at + 1 < _text.Length && _text[_at] == '-' && _text[_at + 1] != ']')
        {
            _at++;
            members.Ranges.Add((first, ReadCharacter()));
            return;
        }

        foreach (var c in _anyCase ? AnyCase(first) : [first])
            members.Ranges.Add((c, c));
    }

    int ReadCharacter()
    {
        var escaped = TryTake("\\");
        var c = CodePoints.At(_text, _at, out var length);
        _at += length;
        return !escaped ? c : c switch { 'r' => '\r', 'n' => '\n', 't' => '\t', _ => c };
    }

    /// <summary>A letter in both cases; ſ (U+017F) is an s too.</summary>
    static int[] AnyCase(int c) => c switch
    {
        's' => ['s', 'S', 0x17F],
        >= 'a' and <= 'z' => [c, c - 'a' + 'A'],
        _ => [c],
    };

    bool TryTake(string what)
    {
        var there = _text[_at..].StartsWith(what, StringComparison.Ordinal);
        if (there)
            _at += what.Length;
        return there;
    }

    /// <summary>What a class has named so far.</summary>
    struct Members(List<(int First, int Last)> ranges)
    {
        uint _categories;

        internal bool WhiteSpace { get; set; }

        internal readonly List<(int First, int Last)> Ranges => ranges;

        /// <summary>Adds a category, a group of them, or a script.</summary>
        internal void Add(string property)
        {
            _categories |= UnicodeProperties.Categories(property);
            ranges.AddRange(UnicodeProperties.Ranges(property));
        }

        internal readonly CharacterSet ToSet(bool negated, CharacterSet? except) => new(_categories, WhiteSpace, [.. ranges], negated, except);
    }

    readonly InvalidOperationException Wrong(string what) => new($"The expression has {what} at {_at}: {_text}");
}
