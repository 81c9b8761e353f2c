using System.Text;
using Hearth.Cli.Markdown;
using Hearth.Cli.Output;
using Hearth.Cli.Terminals;
using Hearth.Confinement.Egress;

namespace Hearth.Cli.Watching;

/// <summary>A moment of the watch as lines for people: a table, or where that is too wide a paragraph for each process.</summary>
static class WatchText
{
    const string Unknown = "unknown";

    static readonly (string Title, Func<WatchedProcess, string> Cell)[] Columns =
    [
        ("PID", p => $"{p.Process.Id}"),
        ("KIND", p => p.Ended ? $"{p.Kind}, ended" : p.Kind),
        ("NETWORK", p => NameOf(p.Network.Method)),
        ("OUT", p => Bytes(p.Own, p.Own?.Beyond?.BytesOut)),
        ("IN", p => Bytes(p.Own, p.Own?.Beyond?.BytesIn)),
        ("LOOPBACK OUT", p => Bytes(p.Own, p.Own?.Loopback?.BytesOut)),
        ("SOCKETS", p => p.Sockets is { } sockets ? $"{sockets.Network} network, {sockets.Local} local" : Unknown),
        ("CONFINED", p => p.Threads is { } threads ? $"{threads.Confined} of {threads.Threads} threads" : Unknown),
    ];

    static readonly (string Title, Func<WatchedProcess, string> Cell) Calls =
        ("CALLS", p => p.Counted?.Attempts is { } calls ? $"{calls.Sockets + calls.Connects + calls.Sends}" : Unknown);

    /// <summary>What the network of a process is to it.</summary>
    internal static string NameOf(CountingMethod network) => network switch
    {
        CountingMethod.NetworkNamespace => "own",
        CountingMethod.Machine => "shared",
        _ => Unknown,
    };

    /// <summary>The lines, none wider than the width if that is possible.</summary>
    internal static IReadOnlyList<string> Lines(WatchFrame frame, TimeSpan elapsed, int width)
    {
        var lines = new List<string> { frame.Processes.Count == 0 ? "No process of Hearth is running." : "" };
        if (frame.Processes.Count > 0)
            lines = [.. Processes(frame.Processes, width), ""];
        foreach (var note in Notes(frame, elapsed))
            lines.AddRange(Wrapped(note, width));
        return lines;
    }

    static IEnumerable<string> Processes(IReadOnlyList<WatchedProcess> processes, int width)
    {
        (string Title, Func<WatchedProcess, string> Cell)[] columns = processes.Any(p => p.Counted is not null) ? [.. Columns, Calls] : Columns;
        var rows = processes.Select(p => Array.ConvertAll(columns, column => column.Cell(p)));
        var table = Split(TextTable.Of([Array.ConvertAll(columns, c => c.Title), .. rows]));
        return table.All(line => TextWidth.Of(line) <= width) ? table : processes.SelectMany(p => Paragraph(p, columns, width));
    }

    static string[] Paragraph(WatchedProcess process, (string Title, Func<WatchedProcess, string> Cell)[] columns, int width)
        => Wrapped(string.Join("; ", columns.Select(column => $"{column.Title.ToLowerInvariant()} {column.Cell(process)}")), width);

    static IEnumerable<string> Notes(WatchFrame frame, TimeSpan elapsed)
    {
        if (frame.Processes.Any(p => p.Network.Method == CountingMethod.Machine))
        {
            var (beyond, loopback) = (frame.Machine.Beyond, frame.Machine.Loopback);
            yield return $"The whole machine, in {Quantity.Time(elapsed)}: out {Bytes(beyond?.BytesOut)}, in {Bytes(beyond?.BytesIn)}, loopback {Bytes(loopback?.BytesOut)}.";
        }

        if (frame.Processes.Any(p => p is { Own: null, Network.Method: CountingMethod.Machine, NotCounted: null }))
            yield return "A shared network is the machine's: what one process sends there is unknown unless --cgroup counts it.";

        foreach (var process in frame.Processes)
        {
            if (process.NotCounted is { } reason)
                yield return $"{process.Process.Id} isn't counted: {reason}";
            else if (process.Own is { Complete: not true } own)
                yield return $"{process.Process.Id}: {own.Detail}.";
        }

        if (frame.Processes.Any(p => !p.Ended && (p.Sockets is null || p.Threads is null)))
            yield return "Sockets and threads that are unknown aren't shown to this user; root sees them.";
        yield return "Landlock can't be seen from outside; hearth status says what the kernel offers.";
    }

    /// <summary>A figure that may not be all of it is a lower bound.</summary>
    static string Bytes(TrafficSnapshot? of, long? bytes)
        => bytes is null ? Unknown : of is { Complete: true } ? Bytes(bytes) : $"≥ {Bytes(bytes)}";

    static string Bytes(long? bytes) => bytes is { } known ? Quantity.Bytes(known) : Unknown;

    static string[] Wrapped(string text, int width)
    {
        var wrapped = new StringBuilder();
        var wrapper = new WordWrapper(piece => wrapped.Append(piece), () => width, color: false) { Hang = "    " };
        wrapper.Append(TerminalText.Clean(text), TextStyle.Plain);
        wrapper.Finish();
        return Split(wrapped.ToString());
    }

    static string[] Split(string text) => text.TrimEnd('\n').Split('\n');
}
