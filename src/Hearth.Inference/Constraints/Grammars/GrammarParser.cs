using System.Globalization;
using System.Text;
using Hearth.Inference.Constraints.Texts;

namespace Hearth.Inference.Constraints.Grammars;

/// <summary>Reads GBNF, the grammars of llama.cpp: rules <c>name ::= …</c> of literals, classes, groups, repetitions and names; a text is what <c>root</c> says.</summary>
/// <remarks>https://github.com/ggml-org/llama.cpp/blob/master/grammars/README.md. Names of tokens in angle brackets are refused: a grammar here says what the text is.</remarks>
ref struct GrammarParser
{
    const int MostNesting = 100, MostStacked = 8, MostRepetitions = 5_000, MostRules = 2_000;

    /// <summary>What a character of a grammar costs, roughly, memory included.</summary>
    const int CharacterWork = 16;

    static readonly Dictionary<char, int> Escapes = new() { ['t'] = '\t', ['n'] = '\n', ['r'] = '\r', ['\\'] = '\\', ['"'] = '"', ['['] = '[', [']'] = ']', ['-'] = '-' };

    static readonly Dictionary<char, int> HexEscapes = new() { ['x'] = 2, ['u'] = 4, ['U'] = 8 };

    readonly ReadOnlySpan<char> _text;
    int _at, _depth, _counted, _lines, _lineStart;

    GrammarParser(string grammar) => _text = grammar;

    /// <summary>The rules by their names.</summary>
    /// <exception cref="GrammarException">The message says what is wrong, and where.</exception>
    internal static Dictionary<string, Rule> Parse(string grammar, CompileBudget budget)
    {
        budget.Take((long)grammar.Length * CharacterWork);
        var parser = new GrammarParser(grammar);
        var rules = new Dictionary<string, Rule>(StringComparer.Ordinal);
        parser.SkipSpace(newLines: true);
        while (parser._at < grammar.Length)
        {
            var at = parser.Here;
            var name = parser.ReadName();
            parser.SkipSpace(newLines: false);
            if (!parser.TryTake("::="))
                throw parser.Refuse($"'::=' belongs after the name {name}");
            parser.SkipSpace(newLines: false);
            // A rule may be empty.
            if (!parser.IsAtLineEnd || !parser.IsRuleNext())
                parser.SkipSpace(newLines: true);
            var rule = new Rule(name, parser.ReadChoice(isNested: false), at);
            if (!rules.TryAdd(name, rule))
                throw new GrammarException($"the rule {name} is there twice", at);
            if (rules.Count > MostRules)
                throw parser.Refuse($"there are more than {MostRules} rules");
            if (parser._at < grammar.Length && !parser.IsAtLineEnd)
                throw parser.Refuse("the line goes on where a rule ends");
            parser.SkipSpace(newLines: true);
        }

        return rules;
    }

    readonly bool IsAtLineEnd => _at < _text.Length && _text[_at] is '\r' or '\n';

    /// <summary>Counts on from the last time: every name has a place, and counting from the beginning would take the square of a grammar's length.</summary>
    Position Here
    {
        get
        {
            var to = Math.Min(_at, _text.Length);
            var passed = _text[_counted..to];
            _lines += passed.Count('\n');
            if (passed.LastIndexOf('\n') is >= 0 and var last)
                _lineStart = _counted + last + 1;
            _counted = to;
            return new(_lines + 1, to - _lineStart + 1);
        }
    }

    Expression ReadChoice(bool isNested)
    {
        if (++_depth > MostNesting)
            throw Refuse($"more than {MostNesting} groups are inside each other");
        List<Expression> ways = [ReadSequence(isNested)];
        while (TryTake("|"))
        {
            SkipSpace(newLines: true);
            ways.Add(ReadSequence(isNested));
        }

        _depth--;
        return ways.Count == 1 ? ways[0] : new Expression.Choice(ways);
    }

    Expression ReadSequence(bool isNested)
    {
        var items = new List<Expression>();
        while (_at < _text.Length && _text[_at] is not ('|' or ')' or '\r' or '\n'))
            items.Add(ReadRepeated(isNested));
        return items.Count == 1 ? items[0] : new Expression.Sequence(items);
    }

    /// <summary>An item, what repeats it, and the space after them.</summary>
    Expression ReadRepeated(bool isNested)
    {
        var item = ReadItem();
        SkipSpace(isNested);
        for (var stacked = 0; ReadRepetition(isNested) is var (least, most); stacked++)
        {
            SkipSpace(isNested);
            if (stacked == MostStacked)
                throw Refuse($"more than {MostStacked} repetitions follow each other");
            if (most < least)
                throw Refuse($"something is repeated at least {least} and at most {most} times");
            if (Math.Max(least, most ?? 0) > MostRepetitions)
                throw Refuse($"something is repeated more than {MostRepetitions} times");
            item = new Expression.Repetition(item, least, most);
        }

        return item;
    }

    Expression ReadItem()
    {
        if (TryTake("\""))
            return ReadLiteral();
        if (TryTake("["))
            return new Expression.Characters(new Regex.One(ReadClass()), IsEmpty: false);
        if (TryTake("."))
            return new Expression.Characters(new Regex.One(CodeRanges.All), IsEmpty: false);
        if (TryTake("("))
        {
            SkipSpace(newLines: true);
            var group = ReadChoice(isNested: true);
            return TryTake(")") ? group : throw Refuse("a group has no end");
        }

        var at = Here;
        return new Expression.Reference(ReadName(), at);
    }

    Expression.Characters ReadLiteral()
    {
        var characters = new List<Regex>();
        while (!TryTake("\""))
            characters.Add(new Regex.One(Single(ReadCharacter("a literal"))));
        return new(new Regex.Sequence(characters), characters.Count == 0);
    }

    CodeRanges ReadClass()
    {
        var negated = TryTake("^");
        var ranges = new List<(int First, int Last)>();
        while (!TryTake("]"))
        {
            var first = ReadCharacter("a class");
            var last = first;
            if (_at + 1 < _text.Length && _text[_at] == '-' && _text[_at + 1] != ']')
            {
                _at++;
                last = ReadCharacter("a class");
            }

            if (last < first)
                throw Refuse("the ends of a range are the wrong way round");
            ranges.Add((first, last));
        }

        var set = CodeRanges.Of([.. ranges]);
        set = negated ? set.Negate() : set;
        return set.Ranges.Length > 0 ? set : throw Refuse("a class has no characters");
    }

    int ReadCharacter(string inside)
    {
        if (_at >= _text.Length || _text[_at] is '\r' or '\n')
            throw Refuse($"{inside} has no end");
        if (!TryTake("\\"))
        {
            Rune.DecodeFromUtf16(_text[_at..], out var rune, out var length);
            _at += length;
            return rune.Value;
        }

        if (_at >= _text.Length)
            throw Refuse($"{inside} has no end");
        var c = _text[_at++];
        if (HexEscapes.TryGetValue(c, out var digits))
            return ReadHex(digits);
        return Escapes.TryGetValue(c, out var escaped) ? escaped : throw Refuse($"\\{c} means nothing");
    }

    int ReadHex(int digits)
    {
        if (_at + digits > _text.Length || !int.TryParse(_text.Slice(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            || !Rune.IsValid(value))
        {
            throw Refuse($"{digits} digits of a character's number belong here");
        }

        _at += digits;
        return value;
    }

    static CodeRanges Single(int c) => CodeRanges.Of((c, c));

    (int Least, int? Most)? ReadRepetition(bool isNested)
        => TryTake("*") ? (0, null) : TryTake("+") ? (1, null) : TryTake("?") ? (0, 1) : TryTake("{") ? ReadCounts(isNested) : null;

    (int Least, int? Most) ReadCounts(bool isNested)
    {
        SkipSpace(isNested);
        var least = ReadNumber();
        SkipSpace(isNested);
        int? most = least;
        if (TryTake(","))
        {
            SkipSpace(isNested);
            most = _at < _text.Length && _text[_at] == '}' ? null : ReadNumber();
            SkipSpace(isNested);
        }

        return TryTake("}") ? (least, most) : throw Refuse("'}' belongs here");
    }

    int ReadNumber()
    {
        var length = _text[_at..].IndexOfAnyExceptInRange('0', '9');
        if (length < 0 || !int.TryParse(_text.Slice(_at, length), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            throw Refuse("a number of repetitions belongs here");
        _at += length;
        return number;
    }

    string ReadName()
    {
        var length = 0;
        while (_at + length < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at + length]) || _text[_at + length] is '-' or '_'))
            length++;
        if (length == 0)
            throw Refuse(_at < _text.Length && _text[_at] == '<' ? "names of tokens aren't supported" : "the name of a rule, a literal, a class or a group belongs here");
        _at += length;
        return _text.Slice(_at - length, length).ToString();
    }

    bool TryTake(string expected)
    {
        if (!_text[Math.Min(_at, _text.Length)..].StartsWith(expected, StringComparison.Ordinal))
            return false;
        _at += expected.Length;
        return true;
    }

    /// <summary>Skips white space and comments.</summary>
    /// <param name="newLines">True: over the ends of lines too.</param>
    void SkipSpace(bool newLines)
    {
        while (_at < _text.Length)
        {
            if (_text[_at] == '#')
                _at += _text[_at..].IndexOfAny('\r', '\n') is >= 0 and var end ? end : _text.Length - _at;
            else if (_text[_at] is ' ' or '\t' || (newLines && _text[_at] is '\r' or '\n'))
                _at++;
            else
                break;
        }
    }

    readonly bool IsRuleNext()
    {
        var ahead = new GrammarParser(_text) { _at = _at };
        ahead.SkipSpace(newLines: true);
        while (ahead._at < _text.Length && (char.IsAsciiLetterOrDigit(_text[ahead._at]) || _text[ahead._at] is '-' or '_'))
            ahead._at++;
        ahead.SkipSpace(newLines: false);
        return ahead.TryTake("::=");
    }

    GrammarParser(ReadOnlySpan<char> text) => _text = text;

    GrammarException Refuse(string why) => new(why, Here);
}

/// <summary>A rule of a grammar.</summary>
sealed record Rule(string Name, Expression Expression, Position At)
{
    /// <summary>Not the name: it is the words of whoever asks.</summary>
    public override string ToString() => nameof(Rule);
}

/// <summary>A grammar is wrong, or says what can't be enforced.</summary>
sealed class GrammarException(string why, Position at) : Exception($"The grammar can't be used: at {at}, {why}.");
