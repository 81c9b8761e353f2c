using System.Text.Json;
using Hearth.Inference.Generation;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Tests.Inference.ChatTemplates;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.Generation;

/// <summary>What a template is shown of conversations with tools.</summary>
public sealed class ChatContextTests
{
    // DeepSeek-R1's templates say nothing of a call that comes with an empty content, as the reference's contexts have it, and want arguments as text.
    static readonly string[] Others = ["deepseek-ai-DeepSeek-R1-Distill-Llama-8B", "llama-cpp-deepseek-r1"];

    public static TheoryData<string> TemplateNames
    {
        get
        {
            var folder = Repository.At("..", "shared", "data", "chat-templates");
            var files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.jinja") : [];
            return files.Length == 0 ? ["(none)"] : [.. files.Select(f => Path.GetFileNameWithoutExtension(f)).Except(Others).Order()];
        }
    }

    [Theory, MemberData(nameof(TemplateNames))]
    public void Conversations_with_and_without_tools_render_as_the_reference_renders_them(string name)
    {
        var folder = Repository.Shared("data", "chat-templates");
        var template = File.ReadAllText(Path.Combine(folder, name + ".jinja"));
        var compared = 0;
        foreach (var item in JsonElement.Parse(File.ReadAllText(Path.Combine(folder, name + ".json"))).EnumerateObject())
        {
            if (!item.Value.TryGetProperty("text", out var text) || Prompt(item.Value.GetProperty("context")) is not { } prompt)
                continue;
            var context = item.Value.GetProperty("context");
            using var written = new ChatContext(template).Write(prompt, Text(context, "bos_token"), Text(context, "eos_token"), t => t);
            Assert.Equal(text.GetString(), Templates.Render(template, written.RootElement));
            compared++;
        }

        Assert.True(compared > 0 || name.Contains("functionary", StringComparison.Ordinal) || name.Contains("firefunction", StringComparison.Ordinal), $"{name}: nothing was compared");
    }

    [Fact]
    public void A_template_that_wants_text_and_no_content_gets_both()
    {
        const string template = "{% for message in messages %}{{ message['content'] is none }}|{{ message.tool_calls[0].function['arguments'] + '!' }}{% endfor %}";
        var message = new ChatMessage("assistant", "") { ToolCalls = [new("1", "f", """{"b": 1, "a": 2}""")] };
        using var context = new ChatContext(template).Write(new([message]), "", "", t => $"<{t}>");
        Assert.Equal("""True|<{"b": 1, "a": 2}>!""", Templates.Render(template, context.RootElement));
    }

    [Fact]
    public void Keys_keep_their_order_and_numbers_their_digits()
    {
        var tool = new ToolDefinition("f", null, """{"z": 1.50, "a": {"y": 12345678901234567890, "b": []}}""");
        using var context = new ChatContext("tools").Write(new([new("user", "x")]) { Tools = [tool] }, "", "", t => t);
        Assert.Equal("""{"type":"function","function":{"name":"f","parameters":{"z":1.50,"a":{"y":12345678901234567890,"b":[]}}}}""", context.RootElement.GetProperty("tools")[0].GetRawText());
    }

    [Fact]
    public void What_a_parser_takes_by_itself_is_taken_inside_a_message_too()
    {
        var deep = $"{string.Concat(Enumerable.Repeat("{\"a\": ", 63))}1{new string('}', 63)}";
        var message = new ChatMessage("assistant", "") { ToolCalls = [new("1", "f", deep)] };
        using var context = new ChatContext("tools").Write(new([message]) { Tools = [new("f", null, deep)] }, "", "", t => t);
        Assert.Equal(2 * 63, context.RootElement.GetRawText().Split("\"a\":").Length - 1);
    }

    [Theory]
    [InlineData("no mention", false, false)]
    [InlineData("{{ message.reasoning_content }}", true, false)]
    [InlineData("{{ message.thinking }}", false, true)]
    public void Reasoning_is_shown_only_to_templates_that_ask_for_it(string template, bool content, bool thinking)
    {
        using var context = new ChatContext(template).Write(new([new("assistant", "x") { Reasoning = "r" }]), "", "", t => t);
        var message = context.RootElement.GetProperty("messages")[0];
        Assert.Equal((content, thinking), (message.TryGetProperty("reasoning_content", out _), message.TryGetProperty("thinking", out _)));
    }

    [Fact]
    public void Without_a_choice_of_tools_the_template_does_not_see_them()
    {
        using var context = new ChatContext("tools").Write(new([new("user", "x")]) { Tools = [new("f", null, "{}")], ToolChoice = ToolChoice.None }, "", "", t => t);
        Assert.False(context.RootElement.TryGetProperty("tools", out _));
    }

    [Fact]
    public void Every_text_of_the_caller_is_protected_also_inside_json()
    {
        var message = new ChatMessage("r", "c") { ToolCalls = [new("i", "n", """{"k\u0041": ["v"]}""")], ToolCallId = "t", ToolName = "o", Reasoning = "h" };
        ChatMessage[] messages = [message, new("user", "u"), new("tool", "s") { ToolCallId = "e", ToolName = "l" }];
        using var context = new ChatContext("reasoning_content").Write(new(messages) { Tools = [new("f", "d", """{"p": "q"}""")] }, "", "", t => $"<{t}>");
        var json = context.RootElement.GetRawText();
        Assert.All((string[])["r", "c", "i", "n", "kA", "v", "t", "o", "h", "u", "s", "e", "l", "f", "d", "p", "q"], text => Assert.Contains($"\"\\u003C{text}\\u003E\"", json, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"tools": []}""", "tools")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("""{"x": "\ud800"}""", "half a character")]
    public void Options_that_are_no_options_are_refused(string options, string found)
        => Assert.Contains(found, Assert.Throws<EngineException>(() => new ChatContext("").Write(new([], options), "", "", t => t)).Message, StringComparison.Ordinal);

    /// <summary>The prompt that makes this context, or null where a message holds what only templates know.</summary>
    static ChatPrompt? Prompt(JsonElement context)
    {
        string[] known = ["messages", "tools", "add_generation_prompt", "bos_token", "eos_token"];
        if (!context.TryGetProperty("add_generation_prompt", out var generate) || generate.ValueKind != JsonValueKind.True)
            return null;
        var messages = context.GetProperty("messages").EnumerateArray().Select(Message).ToList();
        if (messages.Contains(null))
            return null;
        var options = context.EnumerateObject().Where(p => !known.Contains(p.Name)).ToDictionary(p => p.Name, p => p.Value);
        var tools = context.TryGetProperty("tools", out var offered) && offered.ValueKind == JsonValueKind.Array ? offered.EnumerateArray().Select(Tool).ToList() : [];
        return tools.Contains(null) ? null : new([.. messages!], JsonSerializer.Serialize(options)) { Tools = [.. tools!] };
    }

    static ChatMessage? Message(JsonElement message)
    {
        string[] known = ["role", "content", "tool_calls", "tool_call_id", "name", "reasoning_content"];
        if (message.EnumerateObject().Any(p => !known.Contains(p.Name)) || !message.TryGetProperty("content", out var content) || content.ValueKind != JsonValueKind.String)
            return null;
        return new(Text(message, "role"), Text(message, "content"))
        {
            Reasoning = message.TryGetProperty("reasoning_content", out var reasoning) ? PrivateText.OrNull(reasoning.GetString()) : null,
            ToolCalls = message.TryGetProperty("tool_calls", out var calls)
                ? [.. calls.EnumerateArray().Select(c => new ToolCall(Text(c, "id"), Text(c.GetProperty("function"), "name"), c.GetProperty("function").GetProperty("arguments").GetRawText()))]
                : [],
            ToolCallId = message.TryGetProperty("tool_call_id", out var id) ? id.GetString() : null,
            ToolName = message.TryGetProperty("name", out var name) ? name.GetString() : null,
        };
    }

    static ToolDefinition? Tool(JsonElement tool)
    {
        if (!tool.TryGetProperty("function", out var function) || function.EnumerateObject().Any(p => p.Name is not ("name" or "description" or "parameters")))
            return null;
        return new(Text(function, "name"), function.TryGetProperty("description", out var words) ? PrivateText.OrNull(words.GetString()) : null, function.GetProperty("parameters").GetRawText());
    }

    static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
}
