using System.Text.Json;
using Hearth.Server.Routes;
using Hearth.Server.Serving;

namespace Hearth.Server.Anthropic;

/// <summary><c>POST /v1/messages</c>.</summary>
static class Messages
{
    internal static async Task HandleAsync(Call call)
    {
        var request = MessagesRequest.Read(await call.ReadBodyAsync());
        using var lease = await call.UseModelAsync(request.Model);
        if (request.Stream)
        {
            var stream = new MessageStream(call.Stream, lease.Name);
            await foreach (var said in Answering.AskAsync(call, lease, request.Asked, 0, call.CancellationToken))
                await stream.SendAsync(said);
            return;
        }

        var answer = await Answering.GatherAsync(call, lease, request.Asked);
        await call.WriteJsonAsync(json => Write(json, lease.Name, answer));
    }

    static void Write(Utf8JsonWriter json, string model, GatheredAnswer answer)
    {
        MessageParts.BeginMessage(json, model);
        json.WriteStartArray("content");
        if (answer.Reasoning.Length > 0)
            MessageParts.WriteBlock(json, "thinking", answer.Reasoning);
        if (answer.Text.Length > 0)
            MessageParts.WriteBlock(json, "text", answer.Text);
        answer.ToolCalls.ForEach(call => MessageParts.WriteCall(json, call, call.ArgumentsJson.Reveal()));
        json.WriteEndArray();
        MessageParts.WriteEnd(json, answer.Completed);
        MessageParts.WriteUsage(json, answer.Completed.PromptTokens, answer.Completed.CachedTokens, answer.Completed.GeneratedTokens);
        json.WriteEndObject();
    }
}
