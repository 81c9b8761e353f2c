using Hearth.Inference.ResponseParsing.Syntax;

namespace Hearth.Inference.ResponseParsing;

/// <summary>A stretch of an answer that holds calls: how it begins, what stands in it, how it ends.</summary>
/// <param name="Open">The marker that begins it; empty where only the form of the calls shows it.</param>
/// <param name="Items">The ways a call may be written in it.</param>
sealed record CallBlock(string Open, params ICallSyntax[] Items)
{
    /// <summary>The marker that ends it, or null where it ends with the call. Models forget it.</summary>
    internal string? Close { get; init; }

    /// <summary>How many characters at the end of <see cref="Open"/> belong to the first item.</summary>
    internal int Overlap { get; init; }

    /// <summary>What may separate one item from the next where no marker ends the block; '\0' for nothing.</summary>
    internal char Separator { get; init; }

    /// <summary>For blocks without marker: the characters that they may begin with.</summary>
    internal string Starts { get; init; } = "";

    /// <summary>Only where nothing was said before.</summary>
    internal bool OnlyFirst { get; init; }

    /// <summary>True: its marker occurs in prose, so that it counts for offered tools only, and not within reasoning.</summary>
    internal bool IsInProse { get; init; }

    internal bool IsBare => Open.Length == 0;

    internal bool IsWeak => IsBare || IsInProse;

    /// <summary>Every marker that it can hold.</summary>
    internal IEnumerable<string> Markers => [Open, .. Close is null ? (string[])[] : [Close], .. Items.SelectMany(i => i.Markers)];

    /// <summary>Reads a whole block. Calls that are complete are found also where the rest is not.</summary>
    /// <param name="text">At the marker.</param>
    /// <param name="found">Where the calls go.</param>
    /// <param name="isFinal">True: no more text will come.</param>
    internal Reading Read(ref TextCursor text, FoundCalls found, bool isFinal)
    {
        text.Position += Open.Length - Overlap;
        found.Begin();
        while (true)
        {
            if (found.End >= 0 && Between(ref text, found, isFinal) is { } decided)
                return decided;
            text.SkipSpace();
            var count = found.All.Count;
            var reading = Item(ref text, found);
            if (reading == Reading.More)
                return reading;
            if (reading == Reading.Wrong)
            {
                found.Truncate(count);
                return found.End < 0 ? Reading.Wrong : Done(ref text, found);
            }

            found.End = text.Position;
            found.Begun = null;
        }
    }

    /// <summary>After an item: whether the block ends here; null where another item may follow.</summary>
    Reading? Between(ref TextCursor text, FoundCalls found, bool isFinal)
    {
        if (Close is null && Separator == default)
            return Done(ref text, found);
        text.SkipSpace();
        if (Close is not null && text.Expect(Close) is var closing and not Reading.Wrong)
        {
            // A closing marker that is cut off is one all the same.
            if (closing == Reading.More && isFinal)
                text.Position += text.Rest.Length;
            return closing == Reading.More && !isFinal ? Reading.More : Reading.Done;
        }

        if (Close is not null)
            return null;
        if (!text.AtEnd && text.Current != Separator)
            return Done(ref text, found);
        text.Position++;
        text.SkipSpace();
        return !text.AtEnd ? null : isFinal ? Done(ref text, found) : Reading.More;
    }

    /// <summary>The block ended with its last item; what was read behind it is not part of it.</summary>
    Reading Done(ref TextCursor text, FoundCalls found)
    {
        text.Position = found.End;
        // An empty list says that no tool fits, but only between markers.
        return found.All.Count > 0 || Close is not null ? Reading.Done : Reading.Wrong;
    }

    /// <summary>The first way of writing that fits so far; the ways of one block differ early.</summary>
    Reading Item(ref TextCursor text, FoundCalls found)
    {
        var (start, furthest) = (text.Position, text.Position);
        foreach (var syntax in Items)
        {
            text.Position = start;
            var reading = syntax.Read(ref text, found);
            if (reading != Reading.Wrong)
                return reading;
            furthest = Math.Max(furthest, text.Position);
        }

        text.Position = furthest;
        return Reading.Wrong;
    }
}
