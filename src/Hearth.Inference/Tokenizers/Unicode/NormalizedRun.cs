using System.Runtime.InteropServices;
using System.Text;
using Hearth.Inference.Tokenizers.PreTokenizers;

namespace Hearth.Inference.Tokenizers.Unicode;

/// <summary>Normalises a piece of text that depends on nothing around it (UAX #15, section 1.3; Hangul: Unicode 16, section 3.12).</summary>
/// <remarks>Holds buffers; not for several threads. The time grows as n log n, for any number of marks on one character.</remarks>
sealed class NormalizedRun
{
    const int Syllables = 0xAC00, SyllableCount = 11172, Leads = 0x1100, LeadCount = 19, Vowels = 0x1161, VowelCount = 21, Trails = 0x11A7, TrailCount = 28;

    static readonly NormalizationTable Table = NormalizationTable.Instance;

    readonly List<int> _codePoints = [];
    readonly List<long> _order = [];

    /// <summary>Appends the normalised form of a text.</summary>
    internal void Append(ReadOnlySpan<char> text, bool compose, StringBuilder into)
    {
        _codePoints.Clear();
        for (var at = 0; at < text.Length;)
        {
            Decompose(CodePoints.At(text, at, out var length));
            at += length;
        }

        OrderMarks();
        foreach (var codePoint in CollectionsMarshal.AsSpan(_codePoints)[..(compose ? Compose() : _codePoints.Count)])
        {
            if (codePoint <= char.MaxValue)
                into.Append((char)codePoint);
            else
                into.Append(new Rune(codePoint).ToString());
        }
    }

    void Decompose(int codePoint)
    {
        if (codePoint is >= Syllables and < Syllables + SyllableCount)
        {
            var (syllable, trail) = ((codePoint - Syllables) / TrailCount, (codePoint - Syllables) % TrailCount);
            _codePoints.AddRange(Leads + (syllable / VowelCount), Vowels + (syllable % VowelCount));
            if (trail > 0)
                _codePoints.Add(Trails + trail);
        }
        else if (Table.TryDecompose(codePoint, out var parts))
        {
            Decompose(parts.First);
            if (parts.Second != 0)
                Decompose(parts.Second);
        }
        else
        {
            _codePoints.Add(codePoint);
        }
    }

    /// <summary>Sorts each run of marks by their classes; marks of one class keep their order.</summary>
    void OrderMarks()
    {
        var codePoints = CollectionsMarshal.AsSpan(_codePoints);
        for (var start = 0; start < codePoints.Length; start++)
        {
            _order.Clear();
            for (var i = start; i < codePoints.Length && Table.Class(codePoints[i]) is > 0 and var mark; i++)
                _order.Add(((long)mark << 32) | (uint)_order.Count);
            if (_order.Count > 1)
                CollectionsMarshal.AsSpan(_order).Sort(codePoints.Slice(start, _order.Count));
            start += _order.Count;
        }
    }

    /// <summary>Composes in place and returns how many code points are left.</summary>
    int Compose()
    {
        var codePoints = CollectionsMarshal.AsSpan(_codePoints);
        var (count, starter, last) = (0, -1, 0);
        foreach (var codePoint in codePoints)
        {
            // A mark reaches the starter unless one of its class, or a higher one, stands between.
            var mark = Table.Class(codePoint);
            if (starter >= 0 && (last < mark || starter == count - 1) && Pair(codePoints[starter], codePoint) is > 0 and var composed)
            {
                codePoints[starter] = composed;
                continue;
            }

            if (mark == 0)
                starter = count;
            last = mark;
            codePoints[count++] = codePoint;
        }

        return count;
    }

    static int Pair(int first, int second)
    {
        if (first is >= Leads and < Leads + LeadCount && second is >= Vowels and < Vowels + VowelCount)
            return Syllables + ((((first - Leads) * VowelCount) + (second - Vowels)) * TrailCount);
        if (first is >= Syllables and < Syllables + SyllableCount && (first - Syllables) % TrailCount == 0 && second is > Trails and < Trails + TrailCount)
            return first + (second - Trails);
        return Table.Compose(first, second);
    }
}
