using System.Text;
using Hearth.Formats.Gguf;

namespace Hearth.Tests.Support;

/// <summary>The model that ships, with a chat template that shows it tools: it was not trained for them, but it can be made to call.</summary>
static class ToolModel
{
    const string Template = "{% for m in messages %}<|im_start|>{{m.role}}\n{{m.content}}<|im_end|>\n{% endfor %}{% if tools %}{{tools|tojson}}{% endif %}<|im_start|>assistant\n{#<tool_call>";

    static readonly Lazy<string> File = new(Make);

    internal static string Path => File.Value;

    /// <summary>The template takes the place of the other in the file, filled up with a comment.</summary>
    static string Make()
    {
        using var shipped = GgufFile.Open(ShippedModel.Path);
        var old = Encoding.UTF8.GetBytes(shipped.Metadata.GetString("tokenizer.chat_template"));
        var bytes = System.IO.File.ReadAllBytes(ShippedModel.Path);
        Encoding.UTF8.GetBytes(Template.PadRight(old.Length - 2) + "#}").CopyTo(bytes, bytes.AsSpan().IndexOf(old));
        var path = System.IO.Path.Combine(AppContext.BaseDirectory, "tool-model.gguf");
        System.IO.File.WriteAllBytes(path, bytes);
        return path;
    }
}
