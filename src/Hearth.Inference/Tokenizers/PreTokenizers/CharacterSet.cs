using System.Globalization;

namespace Hearth.Inference.Tokenizers.PreTokenizers;

/// <summary>A set of code points, as a class of a regular expression writes it: categories, white space, ranges.</summary>
sealed class CharacterSet
{
    const int AsciiCount = 128;

    readonly uint _categories;
    readonly bool _whiteSpace, _negated;
    readonly (int First, int Last)[] _ranges;
    readonly CharacterSet? _except;
    readonly bool[] _ascii;

    /// <summary>A set of all that is named, or of all that is not.</summary>
    /// <param name="categories">One bit for each <see cref="UnicodeCategory"/>.</param>
    /// <param name="whiteSpace">True: with the characters of the property White_Space.</param>
    /// <param name="ranges">First and last code points.</param>
    /// <param name="negated">True: all others.</param>
    /// <param name="except">What does not belong to it all the same.</param>
    internal CharacterSet(uint categories, bool whiteSpace, (int First, int Last)[] ranges, bool negated = false, CharacterSet? except = null)
    {
        (_categories, _whiteSpace, _ranges, _negated, _except) = (categories, whiteSpace, ranges, negated, except);
        _ascii = [.. Enumerable.Range(0, AsciiCount).Select(Find)];
    }

    internal bool Contains(int codePoint) => codePoint < AsciiCount ? _ascii[codePoint] : Find(codePoint);

    /// <summary>The end of the run of so many members at most that begins at a place.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">The place.</param>
    /// <param name="most">How many there may be.</param>
    /// <param name="count">How many there are.</param>
    internal int RunEnd(ReadOnlySpan<char> text, int at, int most, out int count)
    {
        for (count = 0; count < most && at < text.Length; count++)
        {
            var length = 1;
            if (!(text[at] < AsciiCount ? _ascii[text[at]] : Find(CodePoints.At(text, at, out length))))
                break;
            at += length;
        }

        return at;
    }

    bool Find(int codePoint) => IsNamed(codePoint) != _negated && _except?.Contains(codePoint) != true;

    bool IsNamed(int codePoint)
    {
        if ((_categories >> (int)CharUnicodeInfo.GetUnicodeCategory(codePoint) & 1) != 0)
            return true;
        // All of White_Space is in the first plane.
        if (_whiteSpace && codePoint <= char.MaxValue && char.IsWhiteSpace((char)codePoint))
            return true;
        foreach (var (first, last) in _ranges)
        {
            if (codePoint >= first && codePoint <= last)
                return true;
        }

        return false;
    }
}
