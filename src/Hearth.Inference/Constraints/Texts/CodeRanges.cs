using System.Collections.Concurrent;
using System.Globalization;

namespace Hearth.Inference.Constraints.Texts;

/// <summary>A set of code points as ascending ranges without overlap.</summary>
sealed class CodeRanges
{
    internal const int Last = 0x10FFFF;

    /// <summary>Characters: all code points but halves of surrogate pairs.</summary>
    internal static readonly CodeRanges All = new([(0, 0xD7FF), (0xE000, Last)]);

    internal static readonly CodeRanges Digits = Of(('0', '9'));

    internal static readonly CodeRanges Words = Of(('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z'));

    /// <summary>White space and ends of lines of ECMA-262.</summary>
    internal static readonly CodeRanges Spaces = Of(
        (9, 13), (' ', ' '), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF));

    /// <summary>What a full stop stands for.</summary>
    internal static readonly CodeRanges NotLineEnds = Of(('\n', '\n'), ('\r', '\r'), (0x2028, 0x2029)).Negate();

    static readonly string[] Categories = ["Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Cn"];

    // To find one goes through all characters.
    static readonly ConcurrentDictionary<string, CodeRanges> KnownCategories = new();

    CodeRanges((int First, int Last)[] ranges) => Ranges = ranges;

    internal (int First, int Last)[] Ranges { get; }

    /// <summary>Those that are characters; they may overlap.</summary>
    internal static CodeRanges Of(params ReadOnlySpan<(int First, int Last)> ranges)
    {
        var sorted = ranges.ToArray();
        Array.Sort(sorted);
        var merged = new List<(int First, int Last)>();
        foreach (var range in sorted)
        {
            if (merged.Count > 0 && range.First <= merged[^1].Last + 1)
                merged[^1] = (merged[^1].First, Math.Max(merged[^1].Last, range.Last));
            else
                merged.Add(range);
        }

        return Characters(merged);
    }

    /// <summary>All of several sets.</summary>
    internal static CodeRanges Union(IEnumerable<CodeRanges> sets) => Of([.. sets.SelectMany(s => s.Ranges)]);

    /// <summary>Of the general categories whose short name begins so, for example L or Nd; null where there are none.</summary>
    internal static CodeRanges? OfCategory(string name)
        => name.Length > 0 && Array.Exists(Categories, n => n.StartsWith(name, StringComparison.Ordinal)) ? KnownCategories.GetOrAdd(name, FindCategory) : null;

    static CodeRanges FindCategory(string name)
    {
        var ranges = new List<(int First, int Last)>();
        foreach (var (first, last) in All.Ranges)
        {
            for (var c = first; c <= last; c++)
            {
                if (!Categories[(int)CharUnicodeInfo.GetUnicodeCategory(c)].StartsWith(name, StringComparison.Ordinal))
                    continue;
                if (ranges.Count > 0 && ranges[^1].Last == c - 1)
                    ranges[^1] = (ranges[^1].First, c);
                else
                    ranges.Add((c, c));
            }
        }

        return new([.. ranges]);
    }

    internal CodeRanges Negate()
    {
        var rest = new List<(int First, int Last)>();
        var from = 0;
        foreach (var (first, last) in Ranges)
        {
            if (first > from)
                rest.Add((from, first - 1));
            from = last + 1;
        }

        if (from <= Last)
            rest.Add((from, Last));
        return Characters(rest);
    }

    /// <summary>Halves of surrogate pairs are no characters, and no text has them.</summary>
    static CodeRanges Characters(List<(int First, int Last)> ranges)
    {
        var characters = new List<(int First, int Last)>();
        foreach (var (first, last) in ranges)
        {
            foreach (var (begin, end) in All.Ranges)
            {
                if (Math.Max(first, begin) <= Math.Min(last, end))
                    characters.Add((Math.Max(first, begin), Math.Min(last, end)));
            }
        }

        return new([.. characters]);
    }

    /// <summary>True where a member lies in a range.</summary>
    internal bool Meets(int first, int last)
    {
        var (low, high) = (0, Ranges.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Ranges[middle].Last < first)
                low = middle + 1;
            else
                high = middle;
        }

        return low < Ranges.Length && Ranges[low].First <= last;
    }
}
