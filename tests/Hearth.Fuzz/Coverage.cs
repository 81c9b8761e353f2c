using System.Globalization;
using System.Xml.Linq;

namespace Hearth.Fuzz;

/// <summary>Which share of the readers' lines the inputs reach, from a report in Cobertura's format.</summary>
static class Coverage
{
    const double Wanted = 0.85;

    static readonly string[] Writers = ["Write", "Save"];

    /// <summary>Prints a line for all targets that watch the same code, and the unreached lines; 0 where all are reached far enough.</summary>
    internal static int Print(string report)
    {
        var classes = XDocument.Load(report).Descendants("class").Where(IsReader).ToList();
        // Targets that watch the same code reach it together.
        return FuzzTarget.All.GroupBy(target => string.Join(' ', target.Value.Watched)).Count(same
            => Print(string.Join(" and ", same.Select(target => target.Key)), same.First().Value.Watched, classes) < Wanted);
    }

    static double Print(string names, string[] watched, List<XElement> classes)
    {
        var lines = classes.Where(type => Array.Exists(watched, name => Name(type).StartsWith(name, StringComparison.Ordinal))).SelectMany(ReadLines)
            .GroupBy(line => (line.File, line.Number), (place, hits) => (place.File, place.Number, Hit: hits.Any(line => line.Hit))).ToList();
        var share = lines.Count(line => line.Hit) / (double)Math.Max(lines.Count, 1);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{names}: {share:P1} of {lines.Count} lines reached"));
        foreach (var file in lines.Where(line => !line.Hit).GroupBy(line => line.File))
            Console.WriteLine($"  not in {Path.GetFileName(file.Key)}: {string.Join(", ", file.Select(line => line.Number).Order())}");
        return share;
    }

    /// <summary>What writes shares files with what reads, but meets no strangers' bytes.</summary>
    static bool IsReader(XElement type)
        => !Name(type).EndsWith("Writer", StringComparison.Ordinal) && !Array.Exists(Writers, name => Name(type).Contains($"/<{name}", StringComparison.Ordinal));

    static IEnumerable<(string File, int Number, bool Hit)> ReadLines(XElement type)
        => from method in type.Descendants("method")
           where !Array.Exists(Writers, name => Name(method).StartsWith(name, StringComparison.Ordinal))
           from line in method.Descendants("line")
           select ((string)type.Attribute("filename")!, (int)line.Attribute("number")!, (string)line.Attribute("hits")! != "0");

    static string Name(XElement element) => (string)element.Attribute("name")!;
}
