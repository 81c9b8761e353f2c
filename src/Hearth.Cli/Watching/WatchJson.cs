using System.Text.Json;
using Hearth.Cli.Output;
using Hearth.Confinement.Egress;

namespace Hearth.Cli.Watching;

/// <summary>A moment of the watch as one JSON object. What is unknown is null.</summary>
static class WatchJson
{
    internal static void Write(Utf8JsonWriter writer, WatchFrame frame, DateTimeOffset time, TimeSpan elapsed)
    {
        writer.WriteString("time", time);
        writer.WriteNumber("seconds", Math.Round(elapsed.TotalSeconds, 3));
        writer.WriteObjects("processes", frame.Processes, process => Write(writer, process));
        writer.WriteStartObject("machine");
        Write(writer, frame.Machine);
        writer.WriteEndObject();
    }

    static void Write(Utf8JsonWriter writer, WatchedProcess process)
    {
        writer.WriteNumber("pid", process.Process.Id);
        writer.WriteString("kind", process.Kind);
        writer.WriteBoolean("ended", process.Ended);
        writer.WriteString("network", WatchText.NameOf(process.Network.Method));
        writer.WriteString("counted_by", (process.Own?.Method ?? CountingMethod.Unknown).Name());
        Write(writer, process.Own);
        Number(writer, "sockets_made", process.Counted?.Attempts?.Sockets);
        Number(writer, "connects", process.Counted?.Attempts?.Connects);
        Number(writer, "sends", process.Counted?.Attempts?.Sends);
        if (process.Own?.Complete is { } complete)
            writer.WriteBoolean("complete", complete);
        else
            writer.WriteNull("complete");
        writer.WriteString("detail", process.Own?.Detail ?? process.Network.Detail);
        writer.WriteString("not_counted", process.NotCounted);
        Number(writer, "network_sockets", process.Sockets?.Network);
        Number(writer, "local_sockets", process.Sockets?.Local);
        if (process.Sockets is { } sockets)
        {
            writer.WriteStartObject("sockets");
            foreach (var (protocol, count) in sockets.ByProtocol)
                writer.WriteNumber(protocol, count);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull("sockets");
        }

        Number(writer, "threads", process.Threads?.Threads);
        Number(writer, "confined_threads", process.Threads?.Confined);
        Number(writer, "no_new_privileges_threads", process.Threads?.NoNewPrivileges);
        Number(writer, "filtered_threads", process.Threads?.Filtered);
        Number(writer, "fewest_filters", process.Threads?.FewestFilters);
    }

    static void Write(Utf8JsonWriter writer, TrafficSnapshot? traffic)
    {
        Number(writer, "bytes_out", traffic?.Beyond?.BytesOut);
        Number(writer, "packets_out", traffic?.Beyond?.PacketsOut);
        Number(writer, "bytes_in", traffic?.Beyond?.BytesIn);
        Number(writer, "packets_in", traffic?.Beyond?.PacketsIn);
        Number(writer, "loopback_bytes_out", traffic?.Loopback?.BytesOut);
        Number(writer, "loopback_packets_out", traffic?.Loopback?.PacketsOut);
        Number(writer, "loopback_bytes_in", traffic?.Loopback?.BytesIn);
        Number(writer, "loopback_packets_in", traffic?.Loopback?.PacketsIn);
    }

    static void Number(Utf8JsonWriter writer, string name, long? value)
    {
        if (value is { } known)
            writer.WriteNumber(name, known);
        else
            writer.WriteNull(name);
    }
}
