using Hearth.Inference.Constraints.Texts;

namespace Hearth.Inference.Constraints.Automata;

/// <summary>The UTF-8 of the texts of a language. States are made as they are reached.</summary>
abstract class TextAutomaton : Automaton
{
    /// <summary>Where a reader can be between two bytes; what it has read of an unfinished character is beside it.</summary>
    protected enum At { Before, Inside, After, Tail, Rest, Escape, Hex, LowEscape, LowU, LowHex }

    /// <summary>A state.</summary>
    /// <param name="At">Where it is.</param>
    /// <param name="Text">The state of the language.</param>
    /// <param name="Value">Of the bits or digits read so far; in the rest of a character, the least next byte; after the end, the label.</param>
    /// <param name="Left">Bytes or digits that are missing.</param>
    /// <param name="High">The first half of a surrogate pair, the least character that so many bytes may mean, or the greatest next byte.</param>
    protected readonly record struct Reading(At At, int Text, int Value, int Left, int High);

    const int Unknown = -2;

    readonly List<Reading> _states = [];
    readonly Dictionary<Reading, int> _ids = [];
    // Of each state, where the bytes lead, as far as it is known; null where none was asked for.
    readonly List<int[]?> _steps = [];

    protected TextAutomaton(TextLanguage texts, At first)
    {
        Texts = texts;
        Intern(new(first, 0, 0, 0, 0));
    }

    /// <summary>True where there is no such text.</summary>
    internal bool IsEmpty => Texts.IsEmpty;

    /// <summary>How many states were made so far.</summary>
    protected int States => _states.Count;

    protected TextLanguage Texts { get; }

    /// <summary>What a state stands for.</summary>
    protected Reading StateAt(int state) => _states[state];

    internal override int Step(int state, byte next)
    {
        if (_steps[state] is not { } steps)
        {
            _steps[state] = steps = new int[byte.MaxValue + 1];
            Array.Fill(steps, Unknown);
        }

        if (steps[next] == Unknown)
            steps[next] = Move(_states[state], next) is { } reading ? Intern(reading) : Dead;
        return steps[next];
    }

    internal override int Label(int state) => Label(_states[state]);

    internal override int Canonical(int state, int longest)
        => _states[state] is { At: At.Inside, Text: var text } at && Texts.Alike(text, longest) is var first && first != text ? Intern(at with { Text = first }) : state;

    internal override Likeness? SameAs(int state)
        => _states[state] is { At: At.Inside, Text: var text } && Texts.IsAnything(text) ? SameAsAnything(Texts.Label(text)) : null;

    protected abstract int Label(Reading at);

    /// <summary>What is like this one where every character may come and every end has the same label.</summary>
    protected abstract Likeness? SameAsAnything(int label);

    /// <summary>The reading after one more byte; null where no text goes on so.</summary>
    protected virtual Reading? Move(Reading at, byte next) => at.At switch
    {
        At.Inside => Begin(at, next),
        At.Tail => (next & 0xC0) == 0x80 ? Tail(at with { Value = (at.Value << 6) | (next & 0x3F), Left = at.Left - 1 }) : null,
        At.Rest => next >= at.Value && next <= at.High ? at.Left == 1 ? new(At.Inside, at.Text, 0, 0, 0) : new(At.Rest, at.Text, 0x80, at.Left - 1, 0xBF) : null,
        _ => null,
    };

    /// <summary>The reading after the first byte of a character.</summary>
    protected virtual Reading? Begin(Reading at, byte next) => next switch
    {
        < 0x80 => Character(at, next),
        < 0xC2 or > 0xF4 => null,
        < 0xE0 => Tail(at with { At = At.Tail, Value = next & 0x1F, Left = 1, High = 0x80 }),
        < 0xF0 => Tail(at with { At = At.Tail, Value = next & 0x0F, Left = 2, High = 0x800 }),
        _ => Tail(at with { At = At.Tail, Value = next & 0x07, Left = 3, High = 0x10000 }),
    };

    protected Reading? Character(Reading at, int character)
        => Texts.Step(at.Text, character) is >= 0 and var text ? new(At.Inside, text, 0, 0, 0) : null;

    /// <summary>True where a character of a range may come.</summary>
    protected bool Goes(Reading at, int first, int last) => Texts.Going(at.Text).Meets(first, last);

    Reading? Tail(Reading at)
    {
        if (at.Left == 0)
            return at.Value >= at.High ? Character(at, at.Value) : null;
        // Only the shortest form of a character is UTF-8; High holds its least value. Halves of surrogate pairs are none.
        var (first, last) = (Math.Max(at.Value << (6 * at.Left), at.High), Math.Min(((at.Value + 1) << (6 * at.Left)) - 1, CodeRanges.Last));
        if (last is >= 0xD800 and <= 0xDFFF)
            last = 0xD7FF;
        if (first > last)
            return null;
        // Where all these characters lead to one state, which of them it is makes no states of its own.
        if (Texts.StepAll(at.Text, first, last) is >= 0 and var text)
            return new(At.Rest, text, NextByte(first, at.Left), at.Left, NextByte(last, at.Left));
        return Goes(at, first, last) ? at : null;
    }

    static int NextByte(int character, int left) => 0x80 | ((character >> (6 * (left - 1))) & 0x3F);

    int Intern(Reading reading)
    {
        if (!_ids.TryGetValue(reading, out var id))
        {
            _ids[reading] = id = _states.Count;
            _states.Add(reading);
            _steps.Add(null);
        }

        return id;
    }
}
