namespace Hearth.Confinement.Linux;

/// <summary>The system's libraries that this process has loaded; a worker on the same runtime loads the same ones, from the same files.</summary>
static class LoadedLibraries
{
    internal static IReadOnlyList<string> OfTheSystem() => Parse(File.ReadLines("/proc/self/maps"));

    /// <summary>Files of <c>/proc/self/maps</c> that are shared libraries outside the runtime's and this program's folders.</summary>
    internal static IReadOnlyList<string> Parse(IEnumerable<string> maps)
        => [.. maps.Select(line => line.IndexOf('/', StringComparison.Ordinal) is >= 0 and var at ? line[at..] : "")
            .Where(path => IsLibrary(Path.GetFileName(path)) && !IsOurs(path))
            .Distinct().Order(StringComparer.Ordinal)];

    static bool IsLibrary(string name) => name.EndsWith(".so", StringComparison.Ordinal) || name.Contains(".so.", StringComparison.Ordinal);

    static bool IsOurs(string path)
        => (RuntimePaths.DotnetRoot is { } root && path.StartsWith(root + '/', StringComparison.Ordinal))
            || path.StartsWith(AppContext.BaseDirectory, StringComparison.Ordinal);
}
