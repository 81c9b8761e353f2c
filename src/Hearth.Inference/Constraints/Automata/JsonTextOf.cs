using System.Numerics;
using Hearth.Inference.Constraints.Texts;

namespace Hearth.Inference.Constraints.Automata;

/// <summary>A JSON string, with its quotes, whose characters are a text of a language: escapes mean what they stand for.</summary>
sealed class JsonTextOf(TextLanguage texts) : TextAutomaton(texts, At.Before)
{
    const int HexDigits = 4;

    static readonly Dictionary<byte, int> Escapes = new()
    {
        [(byte)'"'] = '"', [(byte)'\\'] = '\\', [(byte)'/'] = '/', [(byte)'b'] = '\b', [(byte)'f'] = '\f', [(byte)'n'] = '\n', [(byte)'r'] = '\r', [(byte)'t'] = '\t',
    };

    internal override ulong? Watched(int state, int longest)
    {
        // Beyond so many groups the few tokens that are left are found sooner by going through them.
        const int most = 46;
        if (StateAt(state) is not { At: At.Inside, Text: var text })
            return null;
        var groups = (Texts.Forbidden(text, longest) & ~ByteGroups.Control) | ByteGroups.Special;
        return BitOperations.PopCount(groups) <= most ? groups : null;
    }

    protected override int Label(Reading at) => at is { At: At.After, Value: var label } ? label : NoLabel;

    protected override Likeness? SameAsAnything(int label) => new(JsonText.Any, JsonText.InsideAny, label);

    protected override Reading? Move(Reading at, byte next) => at.At switch
    {
        At.Before => next == '"' && !IsEmpty ? at with { At = At.Inside } : null,
        At.Escape when next == 'u' => at with { At = At.Hex, Value = 0, Left = HexDigits },
        At.Escape => Escapes.TryGetValue(next, out var character) ? Character(at, character) : null,
        At.Hex or At.LowHex => char.IsAsciiHexDigit((char)next) ? Hex(at with { Value = (at.Value << 4) | Convert.ToInt32(((char)next).ToString(), 16), Left = at.Left - 1 }) : null,
        At.LowEscape => next == '\\' ? at with { At = At.LowU } : null,
        At.LowU => next == 'u' ? at with { At = At.LowHex, Value = 0, Left = HexDigits } : null,
        _ => base.Move(at, next),
    };

    protected override Reading? Begin(Reading at, byte next) => next switch
    {
        (byte)'"' => Texts.Label(at.Text) is >= 0 and var label ? new(At.After, 0, label, 0, 0) : null,
        (byte)'\\' => Texts.Going(at.Text).Ranges.Length > 0 ? at with { At = At.Escape } : null,
        < 0x20 => null,
        _ => base.Begin(at, next),
    };

    Reading? Hex(Reading at)
    {
        if (at.Left > 0)
            return CanFinish(at) ? at : null;
        if (at.At == At.LowHex)
            return at.Value is >= 0xDC00 and <= 0xDFFF ? Character(at, 0x10000 + ((at.High - 0xD800) << 10) + (at.Value - 0xDC00)) : null;
        return at.Value switch
        {
            >= 0xD800 and <= 0xDBFF => Goes(at, Pair(at.Value, 0), Pair(at.Value, 0x3FF)) ? at with { At = At.LowEscape, High = at.Value, Value = 0 } : null,
            >= 0xDC00 and <= 0xDFFF => null,
            _ => Character(at, at.Value),
        };
    }

    bool CanFinish(Reading at)
    {
        var (first, last) = (at.Value << (4 * at.Left), ((at.Value + 1) << (4 * at.Left)) - 1);
        if (at.At == At.LowHex)
            return Math.Max(first, 0xDC00) <= Math.Min(last, 0xDFFF) && Goes(at, Pair(at.High, Math.Max(first, 0xDC00) - 0xDC00), Pair(at.High, Math.Min(last, 0xDFFF) - 0xDC00));
        var (high, highest) = (Math.Max(first, 0xD800), Math.Min(last, 0xDBFF));
        return Goes(at, first, last) || (high <= highest && Goes(at, Pair(high, 0), Pair(highest, 0x3FF)));
    }

    static int Pair(int high, int low) => 0x10000 + ((high - 0xD800) << 10) + low;
}
