namespace Hearth.Inference.Tokenizers.PreTokenizers;

/// <summary>A regular expression over code points: what it matches becomes pieces of their own, and so does what lies between.</summary>
/// <remarks>
/// What <see cref="PatternParser"/> reads. A match is the first way that matches, repetitions greedy, as everywhere; supplementary characters are single
/// ones, which the expressions of .NET cannot do.
/// </remarks>
sealed class Pattern(string expression) : ISplitStage
{
    readonly PatternItem _first = PatternParser.Parse(expression);

    /// <inheritdoc/>
    public void Split(ReadOnlySpan<char> text, IWordSink into)
    {
        var rest = 0;
        for (var at = 0; at < text.Length;)
        {
            var end = _first.Match(text, at);
            if (end <= at)
            {
                at = CodePoints.After(text, at);
                continue;
            }

            if (rest < at)
                into.Add(text[rest..at]);
            into.Add(text[at..end]);
            rest = at = end;
        }

        if (rest < text.Length)
            into.Add(text[rest..]);
    }
}
