using System.Globalization;
using System.Text.RegularExpressions;

namespace Hearth.Requests.Models;

/// <summary>How the files of a split model are called: part 3 of 9 is <c>NAME-00003-of-00009.gguf</c> (llama.cpp, <c>gguf-split</c>).</summary>
public static partial class SplitFiles
{
    /// <summary>More parts than any published model has; each takes a descriptor.</summary>
    const int MaxParts = 512;

    /// <summary>The paths of all parts in order, where the path is that of a part; otherwise the path alone. Names only: no file is looked for.</summary>
    /// <param name="path">The path of any part, or of a file that is not split.</param>
    public static IReadOnlyList<string> Of(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (PartName().Match(path) is not { Success: true } match)
            return [path];
        var (number, count) = (Number(match.Groups["number"]), Number(match.Groups["count"]));
        return number >= 1 && number <= count && count <= MaxParts
            ? [.. Enumerable.Range(1, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"{match.Groups["name"].Value}-{i:D5}-of-{count:D5}.gguf"))]
            : [path];
    }

    static int Number(Group digits) => int.Parse(digits.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<name>.*[^/])-(?<number>[0-9]{5})-of-(?<count>[0-9]{5})\.gguf\z", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex PartName();
}
