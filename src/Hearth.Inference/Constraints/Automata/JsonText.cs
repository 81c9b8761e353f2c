namespace Hearth.Inference.Constraints.Automata;

/// <summary>A JSON string (RFC 8259) with its quotes, of a bounded number of characters. Its UTF-8 is valid and halves of surrogate pairs come in pairs.</summary>
sealed class JsonText : Automaton
{
    /// <summary>The label of all texts.</summary>
    internal const int Label0 = 0;

    /// <summary>Any string.</summary>
    internal static readonly JsonText Any = new(0, null);

    /// <summary>Any string, with only those escapes that are needed.</summary>
    internal static readonly JsonText Plain = new(0, null, isPlain: true);

    /// <summary>The state of <see cref="Any"/> between two characters.</summary>
    internal static readonly int InsideAny = Encode(0, At.Inside);

    // Where a reader can be between two bytes. Inside is between two characters; the others are inside one.
    enum At
    {
        Before, Inside, After, Escape, Hex1, HexD, Hex2, Hex3, Hex4, High3, High4, LowEscape, LowU, LowD, LowC, Low3, Low4,
        Tail1, Tail2, Tail3, AfterE0, AfterEd, AfterF0, AfterF4,
    }

    const int Places = 32;

    readonly int _least, _most;
    readonly bool _isPlain;

    /// <summary>Strings of least to most characters (code points).</summary>
    internal JsonText(int least, int? most, bool isPlain = false) => (_least, _most, _isPlain) = (least, most ?? int.MaxValue, isPlain);

    internal override bool IsShared => ReferenceEquals(this, Any) || _isPlain;

    internal override int Step(int state, byte next)
    {
        var (count, at) = (state / Places, (At)(state % Places));
        if (at == At.Inside)
        {
            if (next == '"')
                return count < _least ? Dead : Encode(count, At.After);
            if (count >= _most)
                return Dead;
            var begun = Begin(next);
            return begun is null ? Dead : Encode(Next(count), begun.Value);
        }

        if (_isPlain && at == At.Escape && next is (byte)'/' or (byte)'u')
            return Dead;
        var to = Continue(at, next);
        return to is null ? Dead : Encode(count, to.Value);
    }

    internal override int Label(int state) => state % Places == (int)At.After ? Label0 : NoLabel;

    internal override int Canonical(int state, int longest)
    {
        var (count, at) = (state / Places, state % Places);
        if (_least - count > longest)
            count = 0;
        else if (count >= _least && _most - count > longest)
            count = _least;
        return (count * Places) + at;
    }

    internal override Counted? CountedAs(int state)
    {
        var (count, at) = (state / Places, state % Places);
        return IsShared ? null : new(Any, at, Math.Max(0, _least - count), _most == int.MaxValue ? int.MaxValue : _most - count);
    }

    // Beyond what is asked for, counting would only make states.
    int Next(int count) => _most == int.MaxValue && count >= _least ? count : count + 1;

    static int Encode(int count, At at) => (count * Places) + (int)at;

    static At? Begin(byte next) => next switch
    {
        (byte)'\\' => At.Escape,
        < 0x20 => null,
        < 0x80 => At.Inside,
        < 0xC2 => null,
        < 0xE0 => At.Tail1,
        0xE0 => At.AfterE0,
        0xED => At.AfterEd,
        < 0xF0 => At.Tail2,
        0xF0 => At.AfterF0,
        < 0xF4 => At.Tail3,
        0xF4 => At.AfterF4,
        _ => null,
    };

    static At? Continue(At at, byte next)
    {
        var isHex = char.IsAsciiHexDigit((char)next);
        var isTail = (next & 0xC0) == 0x80;
        return at switch
        {
            At.Before => next == '"' ? At.Inside : null,
            At.Escape => next switch
            {
                (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t' => At.Inside,
                (byte)'u' => At.Hex1,
                _ => null,
            },
            At.Hex1 => next is (byte)'d' or (byte)'D' ? At.HexD : isHex ? At.Hex2 : null,
            // D8 to DB begin a pair; DC to DF would end one that has not begun.
            At.HexD => next switch
            {
                >= (byte)'0' and <= (byte)'7' => At.Hex3,
                (byte)'8' or (byte)'9' or (byte)'a' or (byte)'b' or (byte)'A' or (byte)'B' => At.High3,
                _ => null,
            },
            At.Hex2 => isHex ? At.Hex3 : null,
            At.Hex3 => isHex ? At.Hex4 : null,
            At.Hex4 => isHex ? At.Inside : null,
            At.High3 => isHex ? At.High4 : null,
            At.High4 => isHex ? At.LowEscape : null,
            At.LowEscape => next == '\\' ? At.LowU : null,
            At.LowU => next == 'u' ? At.LowD : null,
            At.LowD => next is (byte)'d' or (byte)'D' ? At.LowC : null,
            At.LowC => next is >= (byte)'c' and <= (byte)'f' or >= (byte)'C' and <= (byte)'F' ? At.Low3 : null,
            At.Low3 => isHex ? At.Low4 : null,
            At.Low4 => isHex ? At.Inside : null,
            At.Tail1 => isTail ? At.Inside : null,
            At.Tail2 => isTail ? At.Tail1 : null,
            At.Tail3 => isTail ? At.Tail2 : null,
            At.AfterE0 => next is >= 0xA0 and <= 0xBF ? At.Tail1 : null,
            At.AfterEd => next is >= 0x80 and <= 0x9F ? At.Tail1 : null,
            At.AfterF0 => next is >= 0x90 and <= 0xBF ? At.Tail2 : null,
            At.AfterF4 => next is >= 0x80 and <= 0x8F ? At.Tail2 : null,
            _ => null,
        };
    }
}
