using System.Text.Json;
using Hearth.Cli.Watching;
using Hearth.Confinement.Egress;
using Hearth.Tests.Support;

namespace Hearth.Tests.Cli.Watching;

/// <summary>What people and scripts are shown of a moment.</summary>
public sealed class WatchTextTests
{
    static readonly Traffic Some = new(BytesOut: 1_200, PacketsOut: 3, BytesIn: 34, PacketsIn: 1);

    static readonly WatchedProcess Host = new(new(14230, 1, 1, 0, "hearth"), "host", Snapshot(CountingMethod.Machine))
    {
        Threads = new(23, 0, 0, 0, 0),
    };

    static readonly WatchedProcess Worker = new(new(14251, 2, 14230, 0, "hearth-worker"), "worker", Snapshot(CountingMethod.NetworkNamespace) with { Beyond = Traffic.None, Loopback = Traffic.None })
    {
        Threads = new(11, 11, 11, 2, 11),
    };

    static readonly WatchedProcess Counted = Host with
    {
        Counted = Snapshot(CountingMethod.CgroupEbpf) with { Attempts = new(2, 1, 0), Complete = false, Detail = "but not over the 2 sockets that it had before" },
    };

    [Fact]
    public void A_wide_terminal_gets_a_table() => Golden.Matches(Text(120, Host, Worker), "table.txt");

    [Fact]
    public void Counted_processes_have_figures_of_their_own_and_what_is_missing_in_them_is_said()
        => Golden.Matches(Text(120, Counted, Worker with { NotCounted = "Loading the counting program was refused." }), "counted.txt");

    [Theory]
    [InlineData(40)]
    [InlineData(20)]
    public void A_narrow_terminal_gets_paragraphs_that_fit(int width)
    {
        var text = Text(width, Host, Worker);
        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= width, line));
        Golden.Matches(text, $"narrow-{width}.txt");
    }

    [Fact]
    public void What_is_unknown_is_never_shown_as_a_number()
    {
        var unseen = new WatchedProcess(new(7, 1, 1, 0, "hearth"), "host", TrafficSnapshot.Unknown(7, "there is no such process"));
        var row = WatchText.Lines(new([unseen], TrafficSnapshot.Unknown(1, "")), default, 200)[1];
        Assert.Equal(["7", "host", "unknown", "unknown", "unknown", "unknown", "unknown", "unknown"], row.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        using var json = Json(unseen);
        var process = json.RootElement.GetProperty("processes")[0];
        string[] known = ["pid", "kind", "ended", "network", "counted_by", "detail"];
        Assert.All(process.EnumerateObject().Where(p => !known.Contains(p.Name)), p => Assert.Equal(JsonValueKind.Null, p.Value.ValueKind));
        Assert.Equal("unknown", process.GetProperty("counted_by").GetString());
    }

    [Fact]
    public void An_unknown_figure_of_the_machine_is_no_number_either()
        => Assert.Contains(WatchText.Lines(new([Host], TrafficSnapshot.Unknown(1, "")), TimeSpan.Zero, 200), line => line.EndsWith("out unknown, in unknown, loopback unknown.", StringComparison.Ordinal));

    [Fact]
    public void The_figures_of_a_shared_network_are_not_those_of_a_process()
    {
        using var json = Json(Host);
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("processes")[0].GetProperty("bytes_out").ValueKind);
        Assert.Equal(1_200, json.RootElement.GetProperty("machine").GetProperty("bytes_out").GetInt64());
    }

    [Fact]
    public void Out_is_what_was_sent_and_in_what_was_received()
    {
        using var json = Json(Counted);
        var process = json.RootElement.GetProperty("processes")[0];
        Assert.Equal((1_200, 34, "cgroup-ebpf", 1), (process.GetProperty("bytes_out").GetInt64(), process.GetProperty("bytes_in").GetInt64(),
            process.GetProperty("counted_by").GetString(), process.GetProperty("connects").GetInt64()));
        Assert.False(process.GetProperty("complete").GetBoolean());
    }

    [Fact]
    public void Without_a_process_the_watch_says_so_and_waits()
        => Assert.Equal("No process of Hearth is running.", WatchText.Lines(new([], Snapshot(CountingMethod.Machine)), default, 80)[0]);

    static JsonDocument Json(WatchedProcess process)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            WatchJson.Write(writer, new([process], Snapshot(CountingMethod.Machine)), default, default);
            writer.WriteEndObject();
        }

        return JsonDocument.Parse(bytes.ToArray());
    }

    static string Text(int width, params WatchedProcess[] processes)
        => string.Concat(WatchText.Lines(new(processes, Snapshot(CountingMethod.Machine)), TimeSpan.FromSeconds(3), width).Select(line => line + "\n"));

    static TrafficSnapshot Snapshot(CountingMethod method)
        => new() { ProcessId = 1, Method = method, Beyond = Some, Loopback = new(56, 1, 56, 1), Complete = method == CountingMethod.NetworkNamespace ? true : null, Detail = "" };
}
