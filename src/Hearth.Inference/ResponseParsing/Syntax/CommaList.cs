namespace Hearth.Inference.ResponseParsing.Syntax;

/// <summary>What stands between two brackets with commas: lists, objects, keywords, calls.</summary>
static class CommaList
{
    /// <summary>Reads one item; space before it is skipped.</summary>
    internal delegate Reading Item(ref TextCursor text, bool isFirst);

    /// <summary>Reads from the opening bracket, at the cursor, to the closing one.</summary>
    internal static Reading Read(ref TextCursor text, char end, bool mayTrail, Item read)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            // The opening bracket, or a comma.
            text.Position++;
            text.SkipSpace();
            if (text.AtEnd)
                return Reading.More;
            if (text.Current == end && (isFirst || mayTrail))
                break;
            if (read(ref text, isFirst) is var reading and not Reading.Done)
                return reading;
            text.SkipSpace();
            if (text.AtEnd)
                return Reading.More;
            if (text.Current == end)
                break;
            if (text.Current != ',')
                return Reading.Wrong;
        }

        text.Position++;
        return Reading.Done;
    }
}
