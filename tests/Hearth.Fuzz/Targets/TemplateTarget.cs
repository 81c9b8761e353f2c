using System.Text;
using System.Text.Json;
using Hearth.Inference.ChatTemplates;

namespace Hearth.Fuzz.Targets;

/// <summary>
/// Reads the input as a chat template and renders a conversation with it, within limits that keep one execution small. What follows a zero byte
/// is the context; where it is no JSON object, a conversation stands in.
/// </summary>
static class TemplateTarget
{
    static readonly DateTime Now = new(2026, 1, 2, 3, 4, 5);

    static readonly TemplateLimits Limits = new()
    {
        SourceLength = 1 << 16,
        Steps = 50_000,
        OutputLength = 1 << 16,
        AllocatedBytes = 256 << 10,
    };

    static readonly JsonElement Context = JsonDocument.Parse("""
        {"messages": [
          {"role": "system", "content": "Be brief."},
          {"role": "user", "content": [{"type": "text", "text": "Wie geht's? 😀 <b>&</b>"}]},
          {"role": "assistant", "content": null, "tool_calls": [{"id": "1", "function": {"name": "add", "arguments": {"a": 1, "b": 2.5}}}]},
          {"role": "tool", "name": "add", "content": "3.5"},
          {"role": "assistant", "content": "<think>x</think>\n 3.5 "}],
         "tools": [{"type": "function", "function": {"name": "add", "parameters": {"type": "object", "required": ["a"]}}}],
         "add_generation_prompt": true, "bos_token": "<s>", "eos_token": "</s>", "n": -3, "x": 1e3, "flag": false}
        """).RootElement;

    internal static void Run(ReadOnlySpan<byte> input)
    {
        try
        {
            var zero = input.IndexOf((byte)0);
            var template = ChatTemplate.Parse(Encoding.UTF8.GetString(zero < 0 ? input : input[..zero]), Limits);
            using var context = zero < 0 ? null : ParseObject(input[(zero + 1)..]);
            var text = template.Render(context?.RootElement ?? Context, Now, CancellationToken.None);
            FuzzFinding.Unless(text.Length <= Limits.OutputLength, "the output stays within its limit");
        }
        catch (ChatTemplateException)
        {
            // The documented answer to a template that is wrong or too costly.
        }
    }

    static JsonDocument? ParseObject(ReadOnlySpan<byte> json)
    {
        try
        {
            var document = JsonDocument.Parse(json.ToArray());
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document;
            document.Dispose();
        }
        catch (JsonException)
        {
            // Then the conversation stands in.
        }

        return null;
    }
}
