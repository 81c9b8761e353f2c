using System.Globalization;
using System.Text;

namespace Hearth.Inference.Constraints.Texts;

/// <summary>Reads a regular expression of ECMA-262, the dialect of JSON Schema's <c>pattern</c>.</summary>
/// <remarks>Look-around, word borders and references to groups are refused by name: an automaton can't have them, or only at a price that has no limit.</remarks>
ref struct RegexParser
{
    const int MostNesting = 100, MostRepetitions = 5_000;

    static readonly Dictionary<char, CodeRanges> Classes = new()
    {
        ['d'] = CodeRanges.Digits,
        ['D'] = CodeRanges.Digits.Negate(),
        ['w'] = CodeRanges.Words,
        ['W'] = CodeRanges.Words.Negate(),
        ['s'] = CodeRanges.Spaces,
        ['S'] = CodeRanges.Spaces.Negate(),
    };

    static readonly Dictionary<char, char> Controls = new() { ['t'] = '\t', ['n'] = '\n', ['v'] = '\v', ['f'] = '\f', ['r'] = '\r', ['0'] = '\0' };

    readonly ReadOnlySpan<char> _text;
    int _at, _depth;

    RegexParser(string expression) => _text = expression;

    /// <exception cref="NotSupportedException">The message says what can't be had, and where.</exception>
    internal static Regex Parse(string expression)
    {
        var parser = new RegexParser(expression);
        var regex = parser.ReadChoice();
        return parser._at == expression.Length ? regex : throw parser.Refuse("a closing bracket without its partner");
    }

    Regex ReadChoice()
    {
        if (++_depth > MostNesting)
            throw Refuse("too many groups inside each other");
        List<Regex> ways = [ReadSequence()];
        while (TryTake("|"))
            ways.Add(ReadSequence());
        _depth--;
        return ways.Count == 1 ? ways[0] : new Regex.Choice(ways);
    }

    Regex.Sequence ReadSequence()
    {
        var items = new List<Regex>();
        while (_at < _text.Length && _text[_at] is not ('|' or ')'))
            items.Add(ReadRepeated());
        return new(items);
    }

    Regex ReadRepeated()
    {
        var item = ReadItem();
        if (ReadRepetition() is not var (least, most))
            return item;
        if (most < least)
            throw Refuse($"a repetition of at least {least} and at most {most} times");
        if (Math.Max(least, most ?? 0) > MostRepetitions)
            throw Refuse($"a repetition of more than {MostRepetitions} times");
        return ReadRepetition() is null ? new Regex.Repeat(item, least, most) : throw Refuse("a repetition of a repetition");
    }

    Regex ReadItem()
    {
        if (TryTake("^"))
            return new Regex.Anchor(Nfa.Where.AtStart);
        if (TryTake("$"))
            return new Regex.Anchor(Nfa.Where.AtEnd);
        if (TryTake("."))
            return new Regex.One(CodeRanges.NotLineEnds);
        if (TryTake("["))
            return new Regex.One(ReadClass());
        if (TryTake("("))
            return ReadGroup();
        if (_text[_at] is '*' or '+' or '?')
            throw Refuse("a repetition of nothing");
        return new Regex.One(ReadMember(inClass: false));
    }

    Regex ReadGroup()
    {
        if (TryTake("?"))
        {
            if (TryTake("<") && _at < _text.Length && _text[_at] is not ('=' or '!'))
                _at += Math.Max(0, _text[_at..].IndexOf('>')) + 1;
            else if (!TryTake(":"))
                throw Refuse("look-around");
        }

        var group = ReadChoice();
        return TryTake(")") ? group : throw Refuse("a group without its end");
    }

    (int Least, int? Most)? ReadRepetition()
    {
        (int, int?)? read = TryTake("*") ? (0, null) : TryTake("+") ? (1, null) : TryTake("?") ? (0, 1) : ReadCounts();
        // How greedy it is makes no difference to what matches.
        if (read is not null)
            TryTake("?");
        return read;
    }

    /// <summary>{n}, {n,} or {n,m}; anything else in braces is text.</summary>
    (int Least, int? Most)? ReadCounts()
    {
        var end = _at < _text.Length && _text[_at] == '{' ? _text[_at..].IndexOf('}') : -1;
        if (end < 0)
            return null;
        var parts = _text.Slice(_at + 1, end - 1).ToString().Split(',');
        var most = 0;
        if (parts.Length > 2 || !TryNumber(parts[0], out var least) || (parts.Length == 2 && parts[1].Length > 0 && !TryNumber(parts[1], out most)))
            return null;
        _at += end + 1;
        return (least, parts.Length == 1 ? least : parts[1].Length == 0 ? null : most);
    }

    static bool TryNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    CodeRanges ReadClass()
    {
        var negated = TryTake("^");
        var set = CodeRanges.Empty;
        while (!TryTake("]"))
        {
            if (_at >= _text.Length)
                throw Refuse("a class without its end");
            var member = ReadMember(inClass: true);
            if (member.Ranges is [var (first, one)] && first == one && _at + 1 < _text.Length && _text[_at] == '-' && _text[_at + 1] != ']')
            {
                _at++;
                member = ReadMember(inClass: true).Ranges is [var (last, same)] && last == same && last >= first
                    ? CodeRanges.Of((first, last))
                    : throw Refuse("a range whose ends are the wrong way round");
            }

            set = set.Union(member);
        }

        return negated ? set.Negate() : set;
    }

    CodeRanges ReadMember(bool inClass)
    {
        if (!TryTake("\\"))
        {
            Rune.DecodeFromUtf16(_text[_at..], out var rune, out var length);
            _at += length;
            return CodeRanges.Of((rune.Value, rune.Value));
        }

        if (_at >= _text.Length)
            throw Refuse("a backslash at the end");
        var c = _text[_at++];
        if (Classes.TryGetValue(c, out var set))
            return set;
        return c switch
        {
            'p' or 'P' => ReadProperty(c == 'P'),
            'b' when inClass => CodeRanges.Of(('\b', '\b')),
            'b' or 'B' => throw Refuse("a word border"),
            >= '1' and <= '9' or 'k' => throw Refuse("a reference to a group"),
            'x' => Single(ReadHex(2)),
            'u' when TryTake("{") => Single(ReadBraced()),
            'u' => Single(ReadHex(4)),
            'c' => Single(_at < _text.Length ? _text[_at++] % 32 : throw Refuse("a control character without its letter")),
            _ => Controls.TryGetValue(c, out var control) ? Single(control) : Single(c),
        };
    }

    CodeRanges ReadProperty(bool negated)
    {
        var end = TryTake("{") ? _text[_at..].IndexOf('}') : -1;
        if (end < 0)
            throw Refuse("a property without its name");
        var name = _text.Slice(_at, end).ToString();
        _at += end + 1;
        var set = CodeRanges.OfCategory(name) ?? throw Refuse($"the property {name}, which is no general category");
        return negated ? set.Negate() : set;
    }

    static CodeRanges Single(int c) => CodeRanges.Of((c, c));

    int ReadBraced()
    {
        var end = _text[_at..].IndexOf('}');
        var value = end > 0 ? ReadHex(end) : -1;
        return TryTake("}") ? value : throw Refuse("a code point without its end");
    }

    int ReadHex(int digits)
    {
        if (_at + digits > _text.Length || !int.TryParse(_text.Slice(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) || value > CodeRanges.Last)
            throw Refuse("a code that is no hexadecimal number");
        _at += digits;
        return value;
    }

    bool TryTake(string what)
    {
        var there = _text[_at..].StartsWith(what, StringComparison.Ordinal);
        if (there)
            _at += what.Length;
        return there;
    }

    readonly NotSupportedException Refuse(string what) => new($"the expression has {what} (at character {_at + 1})");
}
