using System.Globalization;
using System.Text.Json;
using Hearth.Models;
using Hearth.Models.Import.Ollama;
using Hearth.Requests.Models;
using Hearth.Server.Routes;
using Hearth.Server.Serving;

namespace Hearth.Server.Ollama;

/// <summary><c>POST /api/show</c>: what a worker reads in the model's file, and the settings of the model but its system message, which is between its owner and the model.</summary>
static class ShownModel
{
    internal static async Task HandleAsync(Call call)
    {
        var entry = call.Service.Models.Find(OllamaFields.Model(await call.ReadBodyAsync()), call.Principal);
        var inspection = await call.Service.Models.InspectAsync(entry, call.CancellationToken);
        await call.WriteJsonAsync(json => Write(json, entry, inspection));
    }

    static void Write(Utf8JsonWriter json, ModelEntry entry, ModelInspection inspection)
    {
        var facts = ModelFacts.Of(inspection);
        var parameters = Parameters(entry).ToList();
        json.WriteStartObject();
        json.WriteString("modelfile", string.Concat(parameters.Select(p => $"PARAMETER {p.Name} {p.Value}\n").Prepend($"FROM {entry.Name}\n")));
        json.WriteString("parameters", string.Join('\n', parameters.Select(p => $"{p.Name,-30} {p.Value}")));
        json.WriteString("template", inspection.ChatTemplate ?? "");
        if ((entry.Licence ?? ModelFacts.LicenceOf(inspection)) is { } licence)
            json.WriteString("license", licence);
        json.WriteString("modified_at", entry.Files[0].Modified.UtcDateTime);
        ModelTags.WriteDetails(json, facts);
        json.WriteStartArray("capabilities");
        foreach (var capability in Capabilities(inspection, facts))
            json.WriteStringValue(capability);
        json.WriteEndArray();
        json.WriteStartObject("model_info");
        json.WriteNumber("general.parameter_count", inspection.ParameterCount);
        foreach (var value in inspection.Metadata.Where(m => m.Key != "general.parameter_count").DistinctBy(m => m.Key))
            Write(json, value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Programs offer tools, and a switch for thinking, only where they find these words. A chat template names what it takes.</summary>
    static IEnumerable<string> Capabilities(ModelInspection inspection, ModelFacts facts)
    {
        if (inspection.Metadata.Any(m => m.Key == $"{facts.Architecture}.pooling_type"))
            return ["embedding"];
        var template = inspection.ChatTemplate ?? "";
        return ["completion", .. template.Contains("tools", StringComparison.Ordinal) ? ["tools"] : (string[])[], .. ReasoningSwitch.IsIn(template) ? ["thinking"] : (string[])[]];
    }

    /// <summary>Settings that Ollama has a name for.</summary>
    static IEnumerable<(string Name, string Value)> Parameters(ModelEntry entry)
        => from setting in OllamaParameters.Names
           where entry.Defaults.ContainsKey(setting.Value)
           from text in entry.Defaults[setting.Value]
           select (setting.Key, setting.Key == "stop" ? $"\"{JsonEncodedText.Encode(text, JsonText.Options.Encoder)}\"" : text);

    /// <summary>Numbers, truths and texts; null for lists, and for texts of which only the beginning is known.</summary>
    static void Write(Utf8JsonWriter json, MetadataEntry entry)
    {
        json.WritePropertyName(entry.Key);
        var isList = entry.Type.StartsWith('[');
        if (!isList && bool.TryParse(entry.Value, out var flag))
            json.WriteBooleanValue(flag);
        else if (!isList && double.TryParse(entry.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
            json.WriteRawValue(entry.Value);
        else if (!isList && entry.Value is ['"', .., '"'])
            json.WriteStringValue(ModelFacts.Unquoted(entry.Value));
        else
            json.WriteNullValue();
    }
}
