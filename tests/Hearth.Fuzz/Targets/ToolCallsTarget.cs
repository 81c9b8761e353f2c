using System.Text;
using System.Text.Json;
using Hearth.Inference.Generation;
using Hearth.Inference.ResponseParsing;
using Hearth.Requests;
using Hearth.Requests.Chat;

namespace Hearth.Fuzz.Targets;

/// <summary>
/// Offers the input as a tool and shows a template a call of it. The first byte chooses the template; then come the schema with its length in two bytes,
/// the template options likewise, and the call's arguments.
/// </summary>
static class ToolCallsTarget
{
    const char Protected = '\uE000';

    static readonly string[] Templates = ["tools", "{{ message.reasoning_content }}", "message.thinking", "message['content'] is none arguments'] + ''"];

    internal static void Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
            return;
        var template = Templates[input[0] % Templates.Length];
        input = input[1..];
        var (schema, options) = (Encoding.UTF8.GetString(ScratchFile.TakePiece(ref input)), Encoding.UTF8.GetString(ScratchFile.TakePiece(ref input)));
        var call = new ChatMessage("assistant", "") { Reasoning = "r", ToolCalls = [new("1", "f", Encoding.UTF8.GetString(input))] };
        var result = new ChatMessage("tool", "c") { ToolCallId = "1", ToolName = "f" };
        var prompt = new ChatPrompt([call, result], PrivateText.OrNull(options.Length > 0 ? options : null)) { Tools = [new("f", "d", schema)] };
        try
        {
            var tools = new OfferedTools(prompt.Tools);
            FuzzFinding.Unless(tools.TypesOf("f", "a").All(type => type is not null), "a type has a name");
            using var context = new ChatContext(template).Write(prompt, "", "", text => Protected + text);
            foreach (var message in context.RootElement.GetProperty("messages").EnumerateArray())
                Check(message);
            Check(context.RootElement.GetProperty("tools")[0].GetProperty("function"));
        }
        catch (EngineException e) when (e.Code == FailureCode.InvalidRequest)
        {
            FuzzFinding.Unless(e.Message.Length < 200, "an error does not repeat the request");
        }
    }

    /// <summary>Names of ours stand at the top; every text below, and every name there, is one of the caller's.</summary>
    static void Check(JsonElement value)
    {
        foreach (var property in value.EnumerateObject())
        {
            if (property.Name is "parameters" or "arguments")
                CheckTexts(property.Value);
            else if (property.Name == "tool_calls")
                Check(property.Value[0].GetProperty("function"));
            else if (property.Name != "type" && property.Value.ValueKind != JsonValueKind.Null)
                CheckTexts(property.Value);
        }
    }

    static void CheckTexts(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                FuzzFinding.Unless(value.GetString()![0] == Protected, "a text of the caller is protected");
                break;
            case JsonValueKind.Array:
                value.EnumerateArray().ToList().ForEach(CheckTexts);
                break;
            case JsonValueKind.Object:
                foreach (var property in value.EnumerateObject())
                {
                    FuzzFinding.Unless(property.Name[0] == Protected, "a name of the caller is protected");
                    CheckTexts(property.Value);
                }

                break;
        }
    }
}
