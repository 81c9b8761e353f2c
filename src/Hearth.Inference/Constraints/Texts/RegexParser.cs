using System.Globalization;
using System.Text;

namespace Hearth.Inference.Constraints.Texts;

/// <summary>Reads a regular expression of ECMA-262, the dialect of JSON Schema's <c>pattern</c>.</summary>
/// <remarks>Look-around, word borders and references to groups are refused by name: an automaton can't have them, or only at a price that has no limit.</remarks>
ref struct RegexParser
{
    const int MostNesting = 100, MostRepetitions = 5_000, NoCode = -1;

    /// <summary>What a character of an expression costs, and a range of characters in a class, roughly, memory included.</summary>
    const int CharacterWork = 16, RangeWork = 4;

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
    readonly CompileBudget _budget;
    int _at, _depth;

    RegexParser(string expression, CompileBudget budget)
    {
        _text = expression;
        _budget = budget;
    }

    /// <exception cref="NotSupportedException">The message says what can't be had, and where.</exception>
    internal static Regex Parse(string expression, CompileBudget budget)
    {
        budget.Take((long)expression.Length * CharacterWork);
        var parser = new RegexParser(expression, budget);
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
        return new Regex.One(ReadMember(inClass: false, out _));
    }

    Regex ReadGroup()
    {
        if (TryTake("?"))
        {
            if (TryTake("<") && _at < _text.Length && _text[_at] is not ('=' or '!'))
                SkipName();
            else if (!TryTake(":"))
                throw Refuse("look-around");
        }

        var group = ReadChoice();
        return TryTake(")") ? group : throw Refuse("a group without its end");
    }

    void SkipName()
    {
        while (_at < _text.Length && (char.IsLetterOrDigit(_text[_at]) || _text[_at] is '_' or '$'))
            _at++;
        if (!TryTake(">"))
            throw Refuse("a group whose name has no end");
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
        var before = _at;
        if (TryTake("{") && ReadNumber() is { } least)
        {
            var most = TryTake(",") ? ReadNumber() : least;
            if (TryTake("}"))
                return (least, most);
        }

        _at = before;
        return null;
    }

    /// <summary>A number of repetitions, or null. How much too large it is makes no difference.</summary>
    int? ReadNumber()
    {
        var (from, number) = (_at, 0);
        for (; _at < _text.Length && char.IsAsciiDigit(_text[_at]); _at++)
            number = Math.Min((number * 10) + (_text[_at] - '0'), MostRepetitions + 1);
        return _at > from ? number : null;
    }

    CodeRanges ReadClass()
    {
        var negated = TryTake("^");
        var members = new List<CodeRanges>();
        while (!TryTake("]"))
        {
            if (_at >= _text.Length)
                throw Refuse("a class without its end");
            var member = ReadMember(inClass: true, out var first);
            if (first != NoCode && _at + 1 < _text.Length && _text[_at] == '-' && _text[_at + 1] != ']')
            {
                _at++;
                ReadMember(inClass: true, out var last);
                member = last >= first ? CodeRanges.Of((first, last)) : throw Refuse("a range whose ends are the wrong way round");
            }

            _budget.Take(member.Ranges.Length * RangeWork);
            members.Add(member);
        }

        var set = CodeRanges.Union(members);
        return negated ? set.Negate() : set;
    }

    /// <summary>A character or a class of them.</summary>
    /// <param name="inClass">Inside square brackets.</param>
    /// <param name="code">The number of the one character, or <see cref="NoCode"/>.</param>
    CodeRanges ReadMember(bool inClass, out int code)
    {
        code = NoCode;
        if (TryTake("\\"))
        {
            if (_at >= _text.Length)
                throw Refuse("a backslash at the end");
            if (Classes.TryGetValue(_text[_at], out var set))
            {
                _at++;
                return set;
            }

            if (_text[_at] is 'p' or 'P')
                return ReadProperty(_text[_at++] == 'P');
            code = ReadEscape(inClass);
        }
        else
        {
            code = ReadCharacter();
        }

        return CodeRanges.Of((code, code));
    }

    int ReadCharacter()
    {
        Rune.DecodeFromUtf16(_text[_at..], out var rune, out var length);
        _at += length;
        return rune.Value;
    }

    int ReadEscape(bool inClass)
    {
        var c = _text[_at++];
        if (Controls.TryGetValue(c, out var control))
            return control;
        switch (c)
        {
            case 'b' when inClass:
                return '\b';
            case 'b' or 'B':
                throw Refuse("a word border");
            case >= '1' and <= '9' or 'k':
                throw Refuse("a reference to a group");
            case 'x':
                return ReadHex(2);
            case 'u' when TryTake("{"):
                return ReadBraced();
            case 'u':
                return ReadPair();
            case 'c':
                return _at < _text.Length && char.IsAsciiLetter(_text[_at]) ? _text[_at++] % 32 : throw Refuse("a control character without its letter");
            case var _ when char.IsAsciiLetter(c):
                throw Refuse("an escape that ECMA-262 doesn't have");
            default:
                _at--;
                return ReadCharacter();
        }
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

    int ReadBraced()
    {
        var end = _text[_at..].IndexOf('}');
        var value = end > 0 ? ReadHex(end) : throw Refuse("a code point without its digits");
        _at++;
        return value;
    }

    /// <summary>The number of a character, or both halves of it one after the other.</summary>
    int ReadPair()
    {
        const int digits = 4;
        var code = ReadHex(digits);
        if (!char.IsHighSurrogate((char)code) || !_text[_at..].StartsWith("\\u", StringComparison.Ordinal) || _at + 2 + digits > _text.Length
            || !TryHex(_text.Slice(_at + 2, digits), out var low) || !char.IsLowSurrogate((char)low))
        {
            return code;
        }

        _at += 2 + digits;
        return char.ConvertToUtf32((char)code, (char)low);
    }

    int ReadHex(int digits)
    {
        if (_at + digits > _text.Length || !TryHex(_text.Slice(_at, digits), out var value))
            throw Refuse("a code that is no hexadecimal number");
        _at += digits;
        return value;
    }

    static bool TryHex(ReadOnlySpan<char> digits, out int value)
        => int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value) && value is >= 0 and <= CodeRanges.Last;

    bool TryTake(string what)
    {
        var there = _text[_at..].StartsWith(what, StringComparison.Ordinal);
        if (there)
            _at += what.Length;
        return there;
    }

    readonly NotSupportedException Refuse(string what) => new($"the expression has {what} (at character {_at + 1})");
}
