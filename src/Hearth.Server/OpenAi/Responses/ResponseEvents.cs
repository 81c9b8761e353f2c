using System.Text.Json;
using Hearth.Requests.Events;
using Hearth.Server.Access;
using Hearth.Server.Routes;

namespace Hearth.Server.OpenAi.Responses;

/// <summary>Tells what happens to a response.</summary>
/// <param name="type">The kind of event.</param>
/// <param name="write">Its further members.</param>
delegate Task Tell(string type, Action<Utf8JsonWriter> write);

/// <summary>A response as a stream of events, which have names and numbers.</summary>
sealed class ResponseEvents(StreamedResponse stream, ResponseWriter writer)
{
    int _number;

    internal Task SendAsync(string type, Action<Utf8JsonWriter> write) => stream.SendEventAsync(type, json =>
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteNumber("sequence_number", _number++);
        write(json);
        json.WriteEndObject();
    });

    internal async Task BeginAsync(ResponseOutput output)
    {
        stream.Begin("text/event-stream");
        await SendResponseAsync("response.created", json => writer.WriteBegun(json, output));
        await SendResponseAsync("response.in_progress", json => writer.WriteBegun(json, output));
    }

    internal Task EndAsync(ResponseOutput output, Completed completed)
        => SendResponseAsync(ResponseWriter.IsWhole(completed) ? "response.completed" : "response.incomplete", json => writer.Write(json, output, completed));

    /// <summary>What became of the response, and the error by itself: some clients look at one, some at the other.</summary>
    internal async Task FailAsync(ResponseOutput output, Refusal refusal)
    {
        output.Break();
        await SendResponseAsync("response.failed", json => writer.WriteFailed(json, output, refusal));
        await SendAsync("error", json =>
        {
            json.WriteString("code", refusal.Code);
            json.WriteString("message", refusal.Message);
            json.WriteString("param", refusal.Parameter);
        });
    }

    Task SendResponseAsync(string type, Action<Utf8JsonWriter> write) => SendAsync(type, json =>
    {
        json.WritePropertyName("response");
        write(json);
    });
}
