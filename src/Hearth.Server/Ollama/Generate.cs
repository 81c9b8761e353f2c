using System.Text.Json;
using Hearth.Requests.Chat;
using Hearth.Server.Access;
using Hearth.Server.Json;
using Hearth.Server.Routes;

namespace Hearth.Server.Ollama;

/// <summary><c>POST /api/generate</c>: a prompt through the chat template as the user's message, or with <c>raw</c> as it is, with the names of control tokens for these.</summary>
static class Generate
{
    internal static Task HandleAsync(Call call) => Answers.HandleAsync(call, ReadPrompt, Write);

    static Prompt? ReadPrompt(RequestBody body)
    {
        OllamaFields.Refuse(body, "suffix", "context", "template", "images", "width", "height", "steps");
        var (prompt, system, isRaw) = (body.OptionalText("prompt") ?? "", body.OptionalText("system") ?? "", body.Flag("raw"));
        if (isRaw && system.Length > 0)
            throw Refusal.Invalid("system", "'system' belongs to a prompt that goes through the chat template, and 'raw' is true.");
        if (prompt.Length == 0)
            return null;
        if (isRaw)
            return new TextPrompt(prompt, ParseSpecial: true);
        ChatMessage asked = new("user", prompt);
        return new ChatPrompt(system.Length > 0 ? [new("system", system), asked] : [asked], ThinkField.Read(body));
    }

    static void Write(Utf8JsonWriter json, string text, string thinking, IReadOnlyList<ToolCall> calls)
    {
        json.WriteString("response", text);
        if (thinking.Length > 0)
            json.WriteString("thinking", thinking);
    }
}
