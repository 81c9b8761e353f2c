namespace Hearth.Inference.Tokenizers.PreTokenizers;

/// <summary>A part of a pattern, linked to what follows it.</summary>
abstract class PatternItem
{
    /// <summary>Where no match is.</summary>
    internal const int None = -1;

    /// <summary>The end of the match of this item and all that follow it, or <see cref="None"/>.</summary>
    internal abstract int Match(ReadOnlySpan<char> text, int at);
}

/// <summary>The end of a pattern or of a group that is repeated.</summary>
sealed class Accept : PatternItem
{
    internal static readonly Accept Always = new();

    internal override int Match(ReadOnlySpan<char> text, int at) => at;
}

/// <summary>Members of a set one after another: as many as there are, or as few as let the rest match.</summary>
sealed class Run(CharacterSet set, int least, int most, PatternItem next) : PatternItem
{
    internal override int Match(ReadOnlySpan<char> text, int at)
    {
        var fewest = set.RunEnd(text, at, least, out var count);
        if (count < least)
            return None;
        for (var end = set.RunEnd(text, fewest, most - least, out _); ; end = CodePoints.Before(text, end))
        {
            var match = next.Match(text, end);
            if (match != None || end == fewest)
                return match;
        }
    }
}

/// <summary>A group, and what follows it. The first way of the group that matches is final.</summary>
sealed class Sequence(PatternItem group, PatternItem next) : PatternItem
{
    internal override int Match(ReadOnlySpan<char> text, int at) => group.Match(text, at) is var end and not None ? next.Match(text, end) : None;
}

/// <summary>One of several ways to go on, the first that matches.</summary>
sealed class Choice(PatternItem[] ways) : PatternItem
{
    internal override int Match(ReadOnlySpan<char> text, int at)
    {
        foreach (var way in ways)
        {
            if (way.Match(text, at) is var end and not None)
                return end;
        }

        return None;
    }
}

/// <summary>A group one after another as often as it matches. It is never taken back: no pattern here needs that, and so the time stays linear.</summary>
sealed class Repeat(PatternItem group, int least, PatternItem next) : PatternItem
{
    internal override int Match(ReadOnlySpan<char> text, int at)
    {
        var count = 0;
        for (var end = group.Match(text, at); end > at; end = group.Match(text, at))
            (at, count) = (end, count + 1);
        return count < least ? None : next.Match(text, at);
    }
}

/// <summary>Goes on where what follows is not this: <c>(?!…)</c>.</summary>
sealed class NotBefore(PatternItem what, PatternItem next) : PatternItem
{
    internal override int Match(ReadOnlySpan<char> text, int at) => what.Match(text, at) == None ? next.Match(text, at) : None;
}
