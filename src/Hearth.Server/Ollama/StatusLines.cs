using System.Text.Json;
using Hearth.Server.Routes;

namespace Hearth.Server.Ollama;

/// <summary>How something went, in lines of which the last one says success, or in that one alone.</summary>
static class StatusLines
{
    /// <summary>A line; where it is about a file, with its digest and its bytes.</summary>
    internal readonly record struct Line(string Status, string? Digest = null, long Bytes = 0)
    {
        public override string ToString() => nameof(Line);
    }

    internal static async Task SendAsync(Call call, bool isStream, params IEnumerable<Line> lines)
    {
        Line success = new("success");
        if (!isStream)
        {
            await call.WriteJsonAsync(json => Write(json, success));
            return;
        }

        call.Stream.Begin("application/x-ndjson");
        foreach (var line in lines.Append(success))
            await call.Stream.SendLineAsync(json => Write(json, line));
    }

    static void Write(Utf8JsonWriter json, Line line)
    {
        json.WriteStartObject();
        json.WriteString("status", line.Status);
        if (line.Digest is { } digest)
        {
            json.WriteString("digest", $"sha256:{digest}");
            json.WriteNumber("total", line.Bytes);
            json.WriteNumber("completed", line.Bytes);
        }

        json.WriteEndObject();
    }
}
