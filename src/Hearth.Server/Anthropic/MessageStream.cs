using System.Text.Json;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Events;
using Hearth.Server.Routes;

namespace Hearth.Server.Anthropic;

/// <summary>A message as events: its beginning, its blocks one after the other, each with a beginning and an end, and its end.</summary>
sealed class MessageStream(StreamedResponse response, string model)
{
    /// <summary>The kind of the block that is under way, to which more of the kind is added; null where none is.</summary>
    string? _open;

    /// <summary>The number of the block that is under way, or else of the next one.</summary>
    int _index;

    internal Task SendAsync(GenerationEvent said) => said switch
    {
        Admitted admitted => BeginAsync(admitted),
        Delta delta => AddAsync(delta),
        Completed completed => EndAsync(completed),
        _ => Task.CompletedTask,
    };

    /// <summary>Nothing is sent before the request is admitted: until then it can still be refused with a status of its own.</summary>
    async Task BeginAsync(Admitted admitted)
    {
        response.Begin("text/event-stream");
        await SendAsync("message_start", json =>
        {
            json.WritePropertyName("message");
            MessageParts.BeginMessage(json, model);
            json.WriteStartArray("content");
            json.WriteEndArray();
            MessageParts.WriteEnd(json, null);
            MessageParts.WriteUsage(json, admitted.PromptTokens, admitted.CachedTokens, 0);
            json.WriteEndObject();
        });
        await SendAsync("ping", _ => { });
    }

    async Task AddAsync(Delta delta)
    {
        await AddAsync("thinking", delta.Reasoning);
        await AddAsync("text", delta.Text);
        foreach (var call in delta.ToolCalls)
            await AddAsync(call);
    }

    async Task AddAsync(string kind, PrivateText piece)
    {
        // A token may add nothing yet.
        if (piece.Length == 0)
            return;
        if (_open != kind)
            await OpenAsync(kind, json => MessageParts.WriteBlock(json, kind, ""));
        await SendDeltaAsync($"{kind}_delta", kind, piece.Reveal());
    }

    async Task AddAsync(ToolCall call)
    {
        await OpenAsync("tool_use", json => MessageParts.WriteCall(json, call, "{}"));
        await SendDeltaAsync("input_json_delta", "partial_json", call.ArgumentsJson.Reveal());
    }

    async Task OpenAsync(string kind, Action<Utf8JsonWriter> writeBlock)
    {
        await CloseAsync();
        _open = kind;
        await SendAsync("content_block_start", json =>
        {
            json.WriteNumber("index", _index);
            json.WritePropertyName("content_block");
            writeBlock(json);
        });
    }

    Task SendDeltaAsync(string type, string member, string piece) => SendAsync("content_block_delta", json =>
    {
        json.WriteNumber("index", _index);
        json.WriteStartObject("delta");
        json.WriteString("type", type);
        json.WriteString(member, piece);
        json.WriteEndObject();
    });

    async Task CloseAsync()
    {
        if (_open is null)
            return;
        await SendAsync("content_block_stop", json => json.WriteNumber("index", _index));
        _open = null;
        _index++;
    }

    async Task EndAsync(Completed completed)
    {
        await CloseAsync();
        await SendAsync("message_delta", json =>
        {
            json.WriteStartObject("delta");
            MessageParts.WriteEnd(json, completed);
            json.WriteEndObject();
            MessageParts.WriteUsage(json, completed.PromptTokens, completed.CachedTokens, completed.GeneratedTokens);
        });
        await SendAsync("message_stop", _ => { });
    }

    /// <summary>An event says its type twice: as its name and in its data.</summary>
    Task SendAsync(string type, Action<Utf8JsonWriter> write) => response.SendEventAsync(type, json =>
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        write(json);
        json.WriteEndObject();
    });
}
