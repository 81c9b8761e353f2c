using System.Text.Json;
using Hearth.Inference.ChatTemplates;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.ChatTemplates;

/// <summary>The language piece by piece: what Jinja2 renders for some 1,300 small templates in one context (tests/data/chat-templates/language.json).</summary>
public sealed class LanguageTests
{
    [Fact]
    public void Every_piece_of_the_language_renders_as_in_Jinja_or_fails_where_Jinja_fails()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Repository.At("tests", "data", "chat-templates", "language.json")));
        var context = document.RootElement.GetProperty("context");
        var cases = document.RootElement.GetProperty("cases").EnumerateArray().ToList();
        Assert.True(cases.Count > 1000);
        Assert.Equal([], cases.Select(c => Difference(c, context)).Where(d => d is not null));
    }

    static string? Difference(JsonElement row, JsonElement context)
    {
        var source = row.GetProperty("template").GetString()!;
        var expected = row.TryGetProperty("text", out var text) ? text.GetString() : null;
        try
        {
            var actual = Templates.Render(source, context);
            return actual == expected ? null : $"{source} gives {actual}, not {expected ?? "an error"}";
        }
        catch (ChatTemplateException e)
        {
            return expected is null ? null : $"{source} fails ({e.Message}), but gives {expected}";
        }
    }
}
