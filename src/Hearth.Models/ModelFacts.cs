using System.Globalization;
using Hearth.Requests.Models;

namespace Hearth.Models;

/// <summary>What a list of models shows of one, as a worker read it in the file.</summary>
/// <param name="Architecture">The name of the architecture, such as <c>llama</c>.</param>
/// <param name="Parameters">Weights.</param>
/// <param name="Quantization">The number format that takes the most bytes, such as <c>Q4_K</c>.</param>
/// <param name="ContextLength">Positions that the model was made for; 0 where the file does not say.</param>
/// <param name="HasChatTemplate">Whether the file holds a chat template.</param>
public sealed record ModelFacts(string Architecture, long Parameters, string Quantization, int ContextLength, bool HasChatTemplate)
{
    const int MaxLength = 64;

    /// <summary>The facts of an inspection. Texts in it are the file's own and may be anything.</summary>
    public static ModelFacts Of(ModelInspection inspection)
    {
        ArgumentNullException.ThrowIfNull(inspection);
        var architecture = ValueOf(inspection, "general.architecture") ?? "unknown";
        var context = int.TryParse(ValueOf(inspection, $"{architecture}.context_length"), NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : 0;
        var heaviest = inspection.Tensors.GroupBy(tensor => tensor.Type).MaxBy(group => group.Sum(tensor => (decimal)tensor.Bytes))?.Key ?? "none";
        return new(Short(architecture), inspection.ParameterCount, Short(heaviest), context, inspection.ChatTemplate is not null);
    }

    /// <summary>What the metadata say of the licence: its name, and where its text is; null where they say nothing.</summary>
    public static string? LicenceOf(ModelInspection inspection)
    {
        ArgumentNullException.ThrowIfNull(inspection);
        string?[] said = [ValueOf(inspection, "general.license.name") ?? ValueOf(inspection, "general.license"), ValueOf(inspection, "general.license.link")];
        var words = said.Where(word => !string.IsNullOrWhiteSpace(word)).ToList();
        return words.Count == 0 ? null : string.Join(", ", words);
    }

    static string? ValueOf(ModelInspection inspection, string key) => inspection.Metadata.FirstOrDefault(entry => entry.Key == key)?.Value is { } shown ? Unquoted(shown) : null;

    /// <summary>A text as it was before it was shown in quotation marks, with what is not printable escaped.</summary>
    public static string Unquoted(string shown)
    {
        ArgumentNullException.ThrowIfNull(shown);
        return shown.LastIndexOf('"') is > 0 and var end && shown[0] == '"' ? shown[1..end].Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal) : shown;
    }

    static string Short(string text) => text.Length <= MaxLength ? text : text[..MaxLength];
}
