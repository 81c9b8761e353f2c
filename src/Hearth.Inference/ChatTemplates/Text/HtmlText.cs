using Hearth.Inference.ChatTemplates.Rendering;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Text;

/// <summary>Escaping for HTML, which templates hardly mean but can ask for.</summary>
static class HtmlText
{
    /// <summary>The value as markup: what is markup already stays as it is.</summary>
    internal static TextValue Escape(Value value, Budget budget)
        => value is TextValue { IsMarkup: true } markup ? markup : new(Escape(PythonText.Str(value, budget), budget), isMarkup: true);

    internal static string Escape(string text, Budget budget)
    {
        if (text.AsSpan().IndexOfAny("&<>'\"") < 0)
            return text;
        var escaped = new BoundedText(budget);
        foreach (var character in text)
        {
            _ = character switch
            {
                '&' => escaped.Append("&amp;"),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '\'' => escaped.Append("&#39;"),
                '"' => escaped.Append("&#34;"),
                _ => escaped.Append(character),
            };
        }

        return escaped.ToString();
    }
}
