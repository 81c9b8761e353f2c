using System.Text.Json;
using Hearth.Inference.ChatTemplates;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.ChatTemplates;

/// <summary>Templates of real models against what the reference (Jinja2 in the environment of <c>apply_chat_template</c>) renders.</summary>
public sealed class RealTemplateTests
{
    /// <summary>Every template in every context, or one row that skips where the material is absent.</summary>
    public static TheoryData<string, string> SharedCases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            var folder = Repository.At("..", "shared", "data", "chat-templates");
            var files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json") : [];
            foreach (var file in files.Order())
            {
                using var document = JsonDocument.Parse(File.ReadAllText(file));
                foreach (var property in document.RootElement.EnumerateObject())
                    cases.Add(Path.GetFileNameWithoutExtension(file), property.Name);
            }

            if (cases.Count == 0)
                cases.Add("(none)", "(none)");
            return cases;
        }
    }

    [Theory, MemberData(nameof(SharedCases))]
    public void A_template_renders_the_bytes_of_the_reference_or_fails_where_it_fails(string template, string name)
    {
        var folder = Repository.Shared("data", "chat-templates");
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, template + ".json")));
        var expected = document.RootElement.GetProperty(name);
        var source = File.ReadAllText(Path.Combine(folder, template + ".jinja"));
        if (expected.TryGetProperty("text", out var text))
        {
            Assert.Equal(text.GetString(), Templates.Render(source, expected.GetProperty("context")));
            return;
        }

        var error = Assert.Throws<ChatTemplateException>(() => Templates.Render(source, expected.GetProperty("context")));
        const string Raised = "TemplateError: ";
        var reference = expected.GetProperty("error").GetString()!;
        Assert.Equal(reference.StartsWith(Raised, StringComparison.Ordinal), error.IsRaisedByTemplate);
        if (error.IsRaisedByTemplate)
            Assert.Equal(reference[Raised.Length..], error.Words.Reveal());
    }

    [Fact]
    public void The_shipped_model_s_template_renders_its_twelve_conversations()
    {
        var source = File.ReadAllText(Repository.At("tests", "data", "SmolLM2-135M-Instruct", "chat_template.jinja"));
        using var document = JsonDocument.Parse(File.ReadAllText(Repository.At("tests", "data", "SmolLM2-135M-Instruct", "chat.json")));
        var items = document.RootElement.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(12, items.Count);
        foreach (var item in items)
        {
            var context = $$"""{"messages": {{item.GetProperty("messages").GetRawText()}}, "add_generation_prompt": true}""";
            Assert.Equal(item.GetProperty("text").GetString(), Templates.Render(source, context));
        }
    }
}
