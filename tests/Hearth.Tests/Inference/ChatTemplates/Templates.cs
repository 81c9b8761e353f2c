using System.Text.Json;
using Hearth.Inference.ChatTemplates;

namespace Hearth.Tests.Inference.ChatTemplates;

/// <summary>Renders templates at the moment that the references were made at.</summary>
static class Templates
{
    static readonly DateTime Now = new(2026, 1, 2, 3, 4, 5);

    /// <summary>On a machine that stands still for seconds a rendering would end by its clock, and is to end by what it does.</summary>
    static readonly TemplateLimits Patient = new() { Time = TimeSpan.FromMinutes(1) };

    internal static string Render(string source, string context = "{}", TemplateLimits? limits = null)
    {
        using var document = JsonDocument.Parse(context);
        return Render(source, document.RootElement, limits);
    }

    internal static string Render(string source, JsonElement context, TemplateLimits? limits = null)
        => ChatTemplate.Parse(source, limits ?? Patient).Render(context, Now, TestContext.Current.CancellationToken);

    internal static ChatTemplateException Failure(string source, string context = "{}", TemplateLimits? limits = null)
        => Assert.Throws<ChatTemplateException>(() => Render(source, context, limits));
}
