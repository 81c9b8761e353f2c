namespace Hearth.Benchmarks.Kills;

/// <summary>What a run of kills left, and whether that is nothing.</summary>
/// <param name="Seed">Repeats the run.</param>
/// <param name="Workers">The host whose workers were killed.</param>
/// <param name="HostEnds">Milliseconds from the end of each killed host to that of its worker.</param>
/// <param name="Processes">Hosts and workers that live on.</param>
/// <param name="Namespaces">New network namespaces.</param>
/// <param name="Files">New files in shared folders that carry the number of a host or worker, and what hosts left in their own.</param>
sealed record KillsResult(
    int Seed, KilledWorkersResult Workers, IReadOnlyList<double> HostEnds, IReadOnlyList<int> Processes, IReadOnlyList<string> Namespaces, IReadOnlyList<string> Files)
{
    /// <summary>A worker ends within this time of its host.</summary>
    internal const double EndBarMilliseconds = 1000;

    /// <summary>What the host's memory may change by, up or down, without meaning anything: the collector's and the compiler's own.</summary>
    internal const long ManagedBar = 1 << 20, AnonymousBar = 8 << 20;

    internal double SlowestEnd => HostEnds.DefaultIfEmpty().Max();

    /// <summary>Every count, what it may be, and what it is.</summary>
    internal IReadOnlyList<(string What, string Before, string After, bool IsMet)> Lines =>
    [
        ("open descriptors of the host", $"{Before.Descriptors}", $"{After.Descriptors}", After.Descriptors <= Before.Descriptors),
        ("threads of the host, but for the runtime's", $"{Before.Threads}", $"{After.Threads}", After.Threads <= Before.Threads),
        ("children of the host, ended ones too", $"{Before.Children}", $"{After.Children}", After.Children == 0),
        ("live objects of the host, kB", $"{Before.ManagedBytes / 1000}", $"{After.ManagedBytes / 1000}", After.ManagedBytes - Before.ManagedBytes <= ManagedBar),
        ("memory of the host that belongs to no file, kB", $"{Before.AnonymousBytes / 1000}", $"{After.AnonymousBytes / 1000}", After.AnonymousBytes - Before.AnonymousBytes <= AnonymousBar),
        ("processes left", "0", $"{Processes.Count}", Processes.Count == 0),
        ("network namespaces left", "0", $"{Namespaces.Count}", Namespaces.Count == 0),
        ("files left in /tmp, /dev/shm and the hosts' own folder", "0", $"{Files.Count}", Files.Count == 0),
    ];

    internal bool IsMet => Lines.All(l => l.IsMet) && SlowestEnd <= EndBarMilliseconds;

    HostState Before => Workers.Before;

    HostState After => Workers.After;
}
