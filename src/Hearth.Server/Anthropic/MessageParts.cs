using System.Security.Cryptography;
using System.Text.Json;
using Hearth.Requests.Chat;
using Hearth.Requests.Events;

namespace Hearth.Server.Anthropic;

/// <summary>The parts of which a message consists, whole and in a stream.</summary>
static class MessageParts
{
    /// <summary>Begins a message; its content, end and usage are to follow.</summary>
    internal static void BeginMessage(Utf8JsonWriter json, string model)
    {
        json.WriteStartObject();
        json.WriteString("id", $"msg_{RandomNumberGenerator.GetHexString(24, lowercase: true)}");
        json.WriteString("type", "message");
        json.WriteString("role", "assistant");
        json.WriteString("model", model);
    }

    /// <summary>A block of the kind text or thinking.</summary>
    internal static void WriteBlock(Utf8JsonWriter json, string kind, string text)
    {
        json.WriteStartObject();
        json.WriteString("type", kind);
        json.WriteString(kind, text);
        // Nothing is signed: nobody has to be shown later that the model thought this, and what comes back is taken as any text.
        if (kind == "thinking")
            json.WriteString("signature", "");
        else
            json.WriteNull("citations");
        json.WriteEndObject();
    }

    /// <summary>A block with a call.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="call">The call.</param>
    /// <param name="input">Its arguments; in a stream they come after it.</param>
    internal static void WriteCall(Utf8JsonWriter json, ToolCall call, string input)
    {
        json.WriteStartObject();
        json.WriteString("type", "tool_use");
        json.WriteString("id", call.Id);
        json.WriteString("name", call.Name);
        json.WritePropertyName("input");
        json.WriteRawValue(input);
        json.WriteStartObject("caller");
        json.WriteString("type", "direct");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Why an answer ended; null where it has only begun.</summary>
    internal static void WriteEnd(Utf8JsonWriter json, Completed? completed)
    {
        json.WriteString("stop_reason", completed is null ? null : StopReason(completed.Reason));
        json.WriteString("stop_sequence", completed?.StopText?.Reveal());
        json.WriteNull("stop_details");
        json.WriteNull("container");
    }

    /// <summary>Tokens as this API counts them: the prompt's without those of the cache. Writing to the cache costs nothing here.</summary>
    internal static void WriteUsage(Utf8JsonWriter json, int prompt, int cached, int generated)
    {
        json.WriteStartObject("usage");
        json.WriteNumber("input_tokens", prompt - cached);
        json.WriteNumber("cache_creation_input_tokens", 0);
        json.WriteNumber("cache_read_input_tokens", cached);
        json.WriteNull("cache_creation");
        json.WriteNumber("output_tokens", generated);
        json.WriteNull("server_tool_use");
        json.WriteString("service_tier", "standard");
        json.WriteNull("inference_geo");
        json.WriteEndObject();
    }

    static string StopReason(FinishReason reason) => reason switch
    {
        FinishReason.EndOfText => "end_turn",
        FinishReason.Stop => "stop_sequence",
        FinishReason.ToolCalls => "tool_use",
        _ => "max_tokens",
    };
}
