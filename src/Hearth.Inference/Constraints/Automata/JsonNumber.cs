using System.Numerics;

namespace Hearth.Inference.Constraints.Automata;

/// <summary>A JSON number within limits, decided digit by digit while it is written.</summary>
/// <remarks>
/// Its digits are compared with those of each limit as they come; which of two numbers with unequal counts of digits before the point is larger is known when the point, or the
/// end, comes. Without limits an exponent is allowed too. Digits are bounded, so that a number ends.
/// </remarks>
sealed class JsonNumber : Automaton
{
    /// <summary>Digits before the point where no limit says less, after it, and of the exponent: what a double can hold.</summary>
    const int MostWhole = 20, MostFraction = 20, MostExponent = 2;

    /// <summary>States that are looked at before a number counts as too hard.</summary>
    const int MostStates = 60_000;

    internal static readonly JsonNumber Any = new(null, null, null, isInteger: false), Integer = new(null, null, null, isInteger: true);

    enum Phase { Start, Sign, Zero, Whole, Point, Fraction, Mark, MarkSign, Exponent }

    /// <summary>Digits: so far in this phase. Low and High: how the number so far compares with the limits of its sign. Rest: modulo the divisor.</summary>
    readonly record struct At(Phase Phase, bool IsNegative, int Digits, int Low, int High, int Rest);

    /// <summary>The limits of the magnitude of numbers of one sign.</summary>
    readonly record struct Sides(bool Possible, DecimalBound? Low, DecimalBound? High);

    readonly bool _isInteger;
    readonly int _divisor, _scale;
    readonly Sides _positive, _negative;
    readonly bool _isFree;
    readonly List<At> _states = [];
    readonly Dictionary<At, int> _ids = [];
    readonly List<int[]> _next = [];
    readonly List<bool> _live = [];

    /// <summary>Builds it.</summary>
    /// <param name="low">The least number; null for none.</param>
    /// <param name="high">The greatest.</param>
    /// <param name="multipleOf">What it is a multiple of.</param>
    /// <param name="isInteger">No fraction.</param>
    /// <exception cref="NotSupportedException">The multiple is too hard.</exception>
    internal JsonNumber(DecimalBound? low, DecimalBound? high, DecimalBound? multipleOf, bool isInteger)
    {
        _isInteger = isInteger || multipleOf is { Fraction: "" };
        (_divisor, _scale) = multipleOf is { } step ? Divisor(step) : (1, 0);
        _positive = new(high is not { IsNegative: true }, low is { IsNegative: false } ? low : null, high);
        _negative = new(
            low is not { } l || l.IsNegative || l.IsZero,
            high is { } h && (h.IsNegative || h.IsZero) ? h with { IsNegative = false } : null,
            low is { } m ? m with { IsNegative = false } : null);
        _isFree = low is null && high is null && multipleOf is null;
        Explore();
    }

    /// <summary>How many states there are.</summary>
    internal int States => _states.Count;

    /// <summary>True where there is no such number.</summary>
    internal bool IsEmpty => !_live[Start];

    internal override bool IsShared => ReferenceEquals(this, Any) || ReferenceEquals(this, Integer);

    internal override int Step(int state, byte next)
    {
        var to = Symbol(next) is >= 0 and var symbol ? _next[state][symbol] : Dead;
        return to >= 0 && _live[to] ? to : Dead;
    }

    internal override int Label(int state) => IsEnd(_states[state]) ? 0 : NoLabel;

    static int Symbol(byte next) => next switch
    {
        >= (byte)'0' and <= (byte)'9' => next - '0',
        (byte)'-' => 10,
        (byte)'+' => 11,
        (byte)'.' => 12,
        (byte)'e' or (byte)'E' => 13,
        _ => -1,
    };

    static (int Divisor, int Scale) Divisor(DecimalBound step)
    {
        const int most = 1000, mostScale = 6;
        var scaled = step.Scaled(step.Fraction.Length);
        return scaled.Sign > 0 && scaled <= most && step.Fraction.Length <= mostScale
            ? ((int)scaled, step.Fraction.Length)
            : throw new NotSupportedException($"only multiples of 1 to {most} with at most {mostScale} decimal places are");
    }

    void Explore()
    {
        const int symbols = 14;
        Intern(new(Phase.Start, false, 0, 0, 0, 0));
        for (var i = 0; i < _states.Count; i++)
        {
            if (_states.Count > MostStates)
                throw new NotSupportedException("the limits have too many digits");
            _next.Add(new int[symbols]);
            for (var symbol = 0; symbol < symbols; symbol++)
                _next[i][symbol] = Move(_states[i], symbol) is { } to ? Intern(to) : Dead;
        }

        _live.AddRange(_states.Select(IsEnd));
        // States come after those that lead to them, but for few: a pass from the end settles nearly all, and a pass without a change ends it.
        for (var changed = true; changed;)
        {
            changed = false;
            for (var i = _states.Count - 1; i >= 0; i--)
            {
                if (_live[i] || !Array.Exists(_next[i], to => to >= 0 && _live[to]))
                    continue;
                _live[i] = changed = true;
            }
        }
    }

    int Intern(At at)
    {
        if (!_ids.TryGetValue(at, out var id))
        {
            _ids[at] = id = _states.Count;
            _states.Add(at);
        }

        return id;
    }

    At? Move(At at, int symbol) => symbol switch
    {
        < 10 => Digit(at, symbol),
        10 => at.Phase switch
        {
            Phase.Start when _negative.Possible => at with { Phase = Phase.Sign, IsNegative = true },
            Phase.Mark => at with { Phase = Phase.MarkSign },
            _ => null,
        },
        11 => at.Phase == Phase.Mark ? at with { Phase = Phase.MarkSign } : null,
        12 => at.Phase is Phase.Zero or Phase.Whole && !_isInteger ? EndWhole(at) with { Phase = Phase.Point, Digits = 0 } : null,
        _ => _isFree && !_isInteger && at.Phase is Phase.Zero or Phase.Whole or Phase.Fraction ? at with { Phase = Phase.Mark, Digits = 0 } : null,
    };

    At? Digit(At at, int digit)
    {
        switch (at.Phase)
        {
            case Phase.Start when !_positive.Possible:
                return null;
            case Phase.Start or Phase.Sign:
                return Whole(at with { Phase = digit == 0 ? Phase.Zero : Phase.Whole }, digit);
            case Phase.Whole when at.Digits < MostDigits(at):
                return Whole(at, digit);
            case Phase.Point or Phase.Fraction when at.Digits < (_divisor == 1 && _scale == 0 ? MostFraction : _scale):
                return Fraction(at, digit);
            case Phase.Mark or Phase.MarkSign:
                return at with { Phase = Phase.Exponent, Digits = 1 };
            case Phase.Exponent when at.Digits < MostExponent:
                return at with { Digits = at.Digits + 1 };
            default:
                return null;
        }
    }

    Sides SidesOf(At at) => at.IsNegative ? _negative : _positive;

    int MostDigits(At at) => SidesOf(at).High?.Whole.Length ?? Math.Max(MostWhole, SidesOf(at).Low?.Whole.Length + 1 ?? 0);

    At Whole(At at, int digit)
    {
        var sides = SidesOf(at);
        return at with
        {
            Digits = at.Digits + 1,
            Low = Compare(at.Low, sides.Low?.Whole, at.Digits, digit),
            High = Compare(at.High, sides.High?.Whole, at.Digits, digit),
            Rest = ((at.Rest * 10) + digit) % _divisor,
        };
    }

    At Fraction(At at, int digit)
    {
        var sides = SidesOf(at);
        return at with
        {
            Phase = Phase.Fraction,
            Digits = at.Digits + 1,
            Low = Compare(at.Low, sides.Low?.Fraction, at.Digits, digit, pad: true),
            High = Compare(at.High, sides.High?.Fraction, at.Digits, digit, pad: true),
            Rest = ((at.Rest * 10) + digit) % _divisor,
        };
    }

    /// <summary>The first digit that differs decides.</summary>
    static int Compare(int soFar, string? limit, int index, int digit, bool pad = false)
        => soFar != 0 || limit is null || (index >= limit.Length && !pad) ? soFar : digit.CompareTo(index < limit.Length ? limit[index] - '0' : 0);

    /// <summary>Now it is known how many digits there are before the point.</summary>
    At EndWhole(At at)
    {
        var sides = SidesOf(at);
        return at with { Low = Settle(at.Low, sides.Low, at.Digits), High = Settle(at.High, sides.High, at.Digits) };
    }

    static int Settle(int compared, DecimalBound? limit, int digits)
        => limit is not { } bound || bound.Whole.Length == digits ? compared : digits.CompareTo(bound.Whole.Length);

    bool IsEnd(At at)
    {
        if (at.Phase is Phase.Zero or Phase.Whole)
            at = EndWhole(at) with { Digits = 0 };
        else if (at.Phase == Phase.Exponent)
            return true;
        else if (at.Phase != Phase.Fraction)
            return false;
        var sides = SidesOf(at);
        return Fits(Rest(at.Low, sides.Low, at.Digits), sides.Low, 1) && Fits(Rest(at.High, sides.High, at.Digits), sides.High, -1)
            && BigInteger.Pow(10, Math.Max(0, _scale - at.Digits)) * at.Rest % _divisor == 0;
    }

    /// <summary>What the limit has beyond the digits that were written makes it larger.</summary>
    static int Rest(int compared, DecimalBound? limit, int digits) => compared == 0 && limit is { } bound && bound.HasMoreThan(digits) ? -1 : compared;

    static bool Fits(int compared, DecimalBound? limit, int wanted) => limit is not { } bound || compared == wanted || (compared == 0 && !bound.IsExclusive);
}
