using System.Globalization;
using System.Text.Json;
using Hearth.Models;
using Hearth.Server.Routes;

namespace Hearth.Server.Ollama;

/// <summary><c>/api/tags</c> and <c>/api/ps</c>: the models that the key may use, and those of them that are loaded.</summary>
static class ModelTags
{
    static readonly (double Size, string Name)[] Sizes = [(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K")];

    internal static Task ListAsync(Call call) => WriteAsync(call, call.Service.Models.ListFor(call.Principal), (json, model) =>
    {
        WriteEntry(json, model, call.Service.Models.FactsOf(model));
        json.WriteNumber("size", model.Bytes);
        json.WriteString("modified_at", model.Files[0].Modified.UtcDateTime);
    });

    /// <summary>Sizes are of memory here, and none of it is a graphics card's.</summary>
    internal static Task LoadedAsync(Call call) => WriteAsync(call, call.Service.Models.LoadedFor(call.Principal), (json, loaded) =>
    {
        WriteEntry(json, loaded.Model.Entry, loaded.Model.Facts);
        json.WriteNumber("size", loaded.Model.Bytes);
        json.WriteNumber("size_vram", 0);
        json.WriteString("expires_at", loaded.Expires.UtcDateTime);
        json.WriteNumber("context_length", loaded.Model.Engine.Model.ContextLength);
    });

    /// <summary>What is known of a model. What isn't is left out.</summary>
    internal static void WriteDetails(Utf8JsonWriter json, ModelFacts? facts)
    {
        json.WriteStartObject("details");
        json.WriteString("parent_model", "");
        json.WriteString("format", "gguf");
        if (facts is not null)
        {
            json.WriteString("family", facts.Architecture);
            json.WriteStartArray("families");
            json.WriteStringValue(facts.Architecture);
            json.WriteEndArray();
            json.WriteString("parameter_size", Size(facts.Parameters));
            json.WriteString("quantization_level", facts.Quantization);
        }

        json.WriteEndObject();
    }

    static void WriteEntry(Utf8JsonWriter json, ModelEntry model, ModelFacts? facts)
    {
        json.WriteString("name", model.Name);
        json.WriteString("model", model.Name);
        // Clients shorten it without a look at whether it is there.
        json.WriteString("digest", model.Files[0].Sha256 ?? "");
        WriteDetails(json, facts);
    }

    static string Size(long parameters) => Array.Find(Sizes, size => parameters >= size.Size) is { Size: > 0 } unit
        ? string.Create(CultureInfo.InvariantCulture, $"{parameters / unit.Size:0.##}{unit.Name}")
        : parameters.ToString(CultureInfo.InvariantCulture);

    static Task WriteAsync<T>(Call call, IReadOnlyList<T> models, Action<Utf8JsonWriter, T> write) => call.WriteJsonAsync(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("models");
        foreach (var model in models)
        {
            json.WriteStartObject();
            write(json, model);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });
}
