using System.Globalization;
using System.Text.RegularExpressions;

namespace Hearth.Benchmarks.Machine;

/// <summary>The processor as the system describes it. Its name goes into reports, its short name into the names of their files.</summary>
sealed partial record Processor(string Model, int Family, int Number, int Cores)
{
    internal static Processor Current { get; } = Parse(File.ReadAllText("/proc/cpuinfo"));

    internal string Name => $"{Model} (family {Family}, model {Number}), {Cores} cores";

    internal string ShortName => NotLetters().Replace($"{Model} family{Family} model{Number} {Cores} cores".ToLowerInvariant(), "-").Trim('-');

    internal static Processor Parse(string cpuInfo)
    {
        var lines = cpuInfo.Split('\n').Select(line => line.Split(':', 2)).Where(line => line.Length == 2).ToLookup(l => l[0].Trim(), l => l[1].Trim());
        return new Processor(
            lines["model name"].FirstOrDefault("unknown processor"),
            int.Parse(lines["cpu family"].FirstOrDefault("0"), CultureInfo.InvariantCulture),
            int.Parse(lines["model"].FirstOrDefault("0"), CultureInfo.InvariantCulture),
            Math.Max(1, lines["processor"].Count()));
    }

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NotLetters();
}
