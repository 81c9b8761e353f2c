using System.Text.Json;
using Hearth.Requests.Chat;
using Hearth.Server.Json;
using Hearth.Server.OpenAi;
using Hearth.Server.Routes;

namespace Hearth.Server.Ollama;

/// <summary><c>POST /api/chat</c>.</summary>
static class Chat
{
    internal static Task HandleAsync(Call call) => Answers.HandleAsync(call, ReadPrompt, Write);

    /// <summary>Tools are described as in OpenAI's API.</summary>
    static ChatPrompt? ReadPrompt(RequestBody body)
    {
        OllamaFields.Refuse(body, "template");
        var messages = OllamaMessages.Read(body);
        return messages.Count > 0 ? new(messages, ThinkField.Read(body)) { Tools = OpenAiTools.List(body) } : null;
    }

    static void Write(Utf8JsonWriter json, string text, string thinking, IReadOnlyList<ToolCall> calls)
    {
        json.WriteStartObject("message");
        json.WriteString("role", "assistant");
        json.WriteString("content", text);
        if (thinking.Length > 0)
            json.WriteString("thinking", thinking);
        if (calls.Count > 0)
        {
            json.WriteStartArray("tool_calls");
            foreach (var call in calls)
                Write(json, call);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, ToolCall call)
    {
        json.WriteStartObject();
        json.WriteString("id", call.Id);
        json.WriteStartObject("function");
        json.WriteString("name", call.Name);
        json.WritePropertyName("arguments");
        // Written anew: line breaks between its tokens would end the line of the stream.
        JsonElement.Parse(call.ArgumentsJson.Reveal()).WriteTo(json);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
