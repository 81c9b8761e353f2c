using System.Text;

namespace Hearth.Inference.Tokenizers.Unicode;

/// <summary>Unicode's canonical normalisation forms (UAX #15). Half surrogate pairs stay as they are.</summary>
static class Normalization
{
    // Below, all characters are their own decomposition; below, none composes with what stands before it or is a mark.
    const char FirstDecomposed = '\u00C0', FirstMark = '\u0300';

    /// <summary>The text in form D: characters as their parts, marks in canonical order.</summary>
    internal static ReadOnlySpan<char> Decompose(ReadOnlySpan<char> text)
        => text.ContainsAnyExceptInRange('\0', (char)(FirstDecomposed - 1)) ? Apply(text, FirstDecomposed, withBase: 0, compose: false) : text;

    /// <summary>The text in form C: decomposed, then composed as far as possible.</summary>
    internal static ReadOnlySpan<char> Compose(ReadOnlySpan<char> text)
        => text.ContainsAnyExceptInRange('\0', (char)(FirstMark - 1)) ? Apply(text, FirstMark, withBase: 1, compose: true) : text;

    /// <summary>Rewrites the runs of characters from <paramref name="first"/> on, each with the simple character before it where that may compose.</summary>
    static string Apply(ReadOnlySpan<char> text, char first, int withBase, bool compose)
    {
        var result = new StringBuilder(text.Length);
        var run = new NormalizedRun();
        while (!text.IsEmpty)
        {
            var start = text.IndexOfAnyExceptInRange('\0', (char)(first - 1));
            if (start < 0)
                return result.Append(text).ToString();
            var length = text[start..].IndexOfAnyInRange('\0', (char)(first - 1));
            var end = length < 0 ? text.Length : start + length;
            start = Math.Max(start - withBase, 0);
            result.Append(text[..start]);
            run.Append(text[start..end], compose, result);
            text = text[end..];
        }

        return result.ToString();
    }
}
