namespace Hearth.Inference.Tokenizers.PreTokenizers;

/// <summary>Numbers in groups of three, counted from the right as people write thousands: 1 234 567.</summary>
/// <param name="digits">What counts as a digit.</param>
/// <param name="notBefore">What keeps the digits before it together, or null.</param>
/// <param name="onlyBeforeGroups">True: a text is cut before whole groups and nowhere else, as <c>(?=(\d{3})+(?!\d))</c> does.</param>
sealed class DigitGroups(CharacterSet digits, CharacterSet? notBefore = null, bool onlyBeforeGroups = false) : ISplitStage
{
    const int GroupSize = 3;

    /// <inheritdoc/>
    public void Split(ReadOnlySpan<char> text, IWordSink into)
    {
        var rest = 0;
        for (var at = 0; at < text.Length;)
        {
            var end = digits.RunEnd(text, at, int.MaxValue, out var count);
            if (count == 0 || (end < text.Length && notBefore?.Contains(CodePoints.At(text, end, out _)) == true))
            {
                at = Math.Max(end, CodePoints.After(text, at));
                continue;
            }

            if (!onlyBeforeGroups)
                Cut(text, at, ref rest, into);
            for (at = digits.RunEnd(text, at, count % GroupSize, out _); at < end; at = digits.RunEnd(text, at, GroupSize, out _))
                Cut(text, at, ref rest, into);
            if (!onlyBeforeGroups)
                Cut(text, end, ref rest, into);
        }

        Cut(text, text.Length, ref rest, into);
    }

    static void Cut(ReadOnlySpan<char> text, int at, ref int rest, IWordSink into)
    {
        if (rest < at)
            into.Add(text[rest..at]);
        rest = at;
    }
}
