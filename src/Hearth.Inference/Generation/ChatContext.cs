using System.Buffers;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hearth.Requests;
using Hearth.Requests.Chat;

namespace Hearth.Inference.Generation;

/// <summary>What a chat template sees of a conversation: the variables of Hugging Face's <c>apply_chat_template</c>.</summary>
/// <remarks>
/// Templates differ in what they expect of earlier calls; what this one expects is read off its source. Reasoning of earlier turns is handed over only
/// where the template has a use for it.
/// </remarks>
sealed partial class ChatContext(string template)
{
    /// <summary>Room for what is nested as deep as a parser takes it by itself, inside a message.</summary>
    static readonly JsonDocumentOptions Deep = new() { MaxDepth = 128 };

    readonly bool _wantsReasoningContent = template.Contains("reasoning_content", StringComparison.Ordinal);
    readonly bool _wantsThinking = template.Contains("message.thinking", StringComparison.Ordinal);

    // DeepSeek-R1 renders calls only in a message without content, and joins their arguments with other text.
    readonly bool _wantsNoContent = template.Contains("message['content'] is none", StringComparison.Ordinal);
    readonly bool _wantsArgumentsAsText = JoinedArguments().IsMatch(template);

    /// <summary>True where the template shows tools to the model.</summary>
    internal bool TakesTools { get; } = template.Contains("tools", StringComparison.Ordinal);

    /// <summary>Writes the context.</summary>
    /// <param name="prompt">The conversation.</param>
    /// <param name="bos">The text of the token that begins a text.</param>
    /// <param name="eos">The text of the token that ends one.</param>
    /// <param name="protect">Makes a text of the caller safe: applied to every one of them.</param>
    /// <exception cref="EngineException"><see cref="FailureCode.InvalidRequest"/>: something that should be a JSON object is none.</exception>
    internal JsonDocument Write(ChatPrompt prompt, string bos, string eos, Func<string, string> protect)
    {
        try
        {
            return WriteAll(prompt, bos, eos, protect);
        }
        catch (InvalidOperationException)
        {
            // An escape such as \ud800 that stands alone is JSON, and no text.
            throw Refusal("Tools, calls or template options hold half a character.", "JSON whose texts are texts", "Correct them.");
        }
    }

    JsonDocument WriteAll(ChatPrompt prompt, string bos, string eos, Func<string, string> protect)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (prompt.OptionsJson is { } options)
                WriteOptions(json, options.Reveal());
            json.WriteStartArray("messages");
            foreach (var message in prompt.Messages)
                WriteMessage(json, message, protect);
            json.WriteEndArray();
            if (prompt.Tools.Count > 0 && prompt.ToolChoice != ToolChoice.None)
                WriteTools(json, prompt.Tools, protect);
            json.WriteBoolean("add_generation_prompt", true);
            json.WriteString("bos_token", bos);
            json.WriteString("eos_token", eos);
            json.WriteEndObject();
        }

        return JsonDocument.Parse(buffer.WrittenMemory, Deep);
    }

    void WriteMessage(Utf8JsonWriter json, ChatMessage message, Func<string, string> protect)
    {
        json.WriteStartObject();
        json.WriteString("role", protect(message.Role));
        if (_wantsNoContent && message is { ToolCalls.Count: > 0, Content.Length: 0 })
            json.WriteNull("content");
        else
            json.WriteString("content", protect(message.Content.Reveal()));
        if (message.Reasoning is { Length: > 0 } reasoning)
            WriteReasoning(json, message, protect(reasoning.Reveal()));
        if (message.ToolCalls.Count > 0)
            WriteCalls(json, message.ToolCalls, protect);
        if (message.ToolCallId is { } id)
            json.WriteString("tool_call_id", protect(id));
        if (message.ToolName is { } name)
            json.WriteString("name", protect(name));
        json.WriteEndObject();
    }

    void WriteReasoning(Utf8JsonWriter json, ChatMessage message, string reasoning)
    {
        if (_wantsReasoningContent)
            json.WriteString("reasoning_content", reasoning);
        // The template of gpt-oss refuses a call with both.
        else if (_wantsThinking && (message.ToolCalls.Count == 0 || message.Content.Length == 0))
            json.WriteString("thinking", reasoning);
    }

    void WriteCalls(Utf8JsonWriter json, IReadOnlyList<ToolCall> calls, Func<string, string> protect)
    {
        json.WriteStartArray("tool_calls");
        foreach (var call in calls)
        {
            json.WriteStartObject();
            json.WriteString("id", protect(call.Id));
            json.WriteString("type", "function");
            json.WriteStartObject("function");
            json.WriteString("name", protect(call.Name));
            json.WritePropertyName("arguments");
            if (_wantsArgumentsAsText)
                json.WriteStringValue(protect(call.ArgumentsJson.Reveal()));
            else
                WriteProtected(json, Object(call.ArgumentsJson.Reveal(), "The arguments of a tool call are", RequestPart.Prompt), protect);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    static void WriteTools(Utf8JsonWriter json, IReadOnlyList<ToolDefinition> tools, Func<string, string> protect)
    {
        json.WriteStartArray("tools");
        foreach (var tool in tools)
        {
            json.WriteStartObject();
            json.WriteString("type", "function");
            json.WriteStartObject("function");
            json.WriteString("name", protect(tool.Name));
            if (tool.Description is { } description)
                json.WriteString("description", protect(description.Reveal()));
            json.WritePropertyName("parameters");
            WriteProtected(json, Object(tool.ParametersJson.Reveal(), "The parameters of a tool are", RequestPart.Tools), protect);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    static void WriteOptions(Utf8JsonWriter json, string options)
    {
        foreach (var option in Object(options, "What the template options hold is", RequestPart.None).EnumerateObject())
        {
            if (option.Name == "tools")
                throw Refusal("The template options name tools.", "tools as tools", "Give them with the request, so that calls are understood.");
            if (option.Name is not ("messages" or "add_generation_prompt" or "bos_token" or "eos_token"))
                option.WriteTo(json);
        }
    }

    /// <summary>Copies JSON, keys in their order, with every text in it protected.</summary>
    static void WriteProtected(Utf8JsonWriter json, JsonElement value, Func<string, string> protect)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var property in value.EnumerateObject())
                {
                    json.WritePropertyName(protect(property.Name));
                    WriteProtected(json, property.Value, protect);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                    WriteProtected(json, item, protect);
                json.WriteEndArray();
                break;
            case JsonValueKind.String:
                json.WriteStringValue(protect(value.GetString()!));
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }

    static JsonElement Object(string text, string what, RequestPart part)
    {
        try
        {
            if (JsonElement.Parse(text) is { ValueKind: JsonValueKind.Object } found)
                return found;
        }
        catch (JsonException)
        {
            // Said below, without the text.
        }

        throw Refusal($"{what} not a JSON object.", "an object such as {\"name\": \"value\"}", "Correct it.", part);
    }

    static EngineException Refusal(string found, string expected, string remedy, RequestPart part = RequestPart.None) => new(FailureCode.InvalidRequest, found, expected, remedy) { Part = part };

    [GeneratedRegex(@"arguments'\]\s*\+", RegexOptions.CultureInvariant)]
    private static partial Regex JoinedArguments();
}
