using System.Numerics;
using System.Runtime.CompilerServices;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Rendering;

/// <summary>What is left of the <see cref="TemplateLimits"/>. Whatever could grow is paid for here before it is done.</summary>
sealed class Budget(TemplateLimits limits, CancellationToken cancellation)
{
    /// <summary>Steps between two looks at the clock.</summary>
    const int ClockInterval = 4096;

    readonly long _start = limits.Clock.GetTimestamp();
    long _steps = limits.Steps;
    long _nextLook = limits.Steps - ClockInterval;
    long _bytes = limits.AllocatedBytes;
    int _depth;

    /// <summary>The limits that this budget started with.</summary>
    internal TemplateLimits Limits => limits;

    /// <summary>Pays for one step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Step()
    {
        if (--_steps <= _nextLook)
            Look();
    }

    /// <summary>Pays for handling so many characters or items at the speed of a copy or a search.</summary>
    internal void Work(long characters)
    {
        _steps -= characters >> 6;
        Step();
    }

    /// <summary>Pays for looking for one text in another, which in the worst case compares it at every place.</summary>
    internal void Search(int text, int sought)
    {
        Work(text);
        Work(((long)text * Math.Min(sought, text)) >> 4);
    }

    /// <summary>Pays for making digits of a number or a number of digits, which takes time by the square of their count.</summary>
    internal void Digits(int count)
    {
        var some = Math.Min(count, IntValue.MostBits);
        Work((long)some * some / 16);
    }

    /// <summary>Pays for multiplying or dividing two integers.</summary>
    internal void Product(BigInteger left, BigInteger right) => Work(left.GetBitLength() / 32 * (right.GetBitLength() / 32));

    /// <summary>Pays for bytes before they are allocated.</summary>
    internal void Allocate(long bytes)
    {
        if (bytes > _bytes)
            throw new ChatTemplateException($"the template uses more memory than the limit of {limits.AllocatedBytes} bytes");
        _bytes -= bytes;
    }

    /// <summary>Pays for a new text of so many characters, and for copying it.</summary>
    internal void Text(long length)
    {
        Allocate((2 * length) + 72);
        Work(length);
    }

    /// <summary>Pays for an array of so many references.</summary>
    internal void Items(long count)
    {
        Allocate((8 * count) + 72);
        Work(8 * count);
    }

    /// <summary>Goes one level deeper; every call is paired with <see cref="Leave"/>.</summary>
    internal void Enter()
    {
        if (_depth >= limits.Recursion || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new ChatTemplateException($"evaluation goes deeper than {limits.Recursion} levels");
        _depth++;
    }

    /// <summary>Comes back from one level.</summary>
    internal void Leave() => _depth--;

    /// <summary>Refuses values that nest deeper than the limit, so that whatever walks a value can recurse.</summary>
    internal int Nested(int depth) => depth <= limits.Nesting
        ? depth
        : throw new ChatTemplateException($"values nest deeper than {limits.Nesting} levels");

    void Look()
    {
        if (_steps < 0)
            throw new ChatTemplateException($"the template takes more than {limits.Steps} steps");
        cancellation.ThrowIfCancellationRequested();
        if (limits.Clock.GetElapsedTime(_start) > limits.Time)
            throw new ChatTemplateException($"the template takes longer than {limits.Time.TotalSeconds} s");
        _nextLook = Math.Max(_steps - ClockInterval, -1);
    }
}
