using System.Text.Json;
using Hearth.Models;

namespace Hearth.Cli.Output;

/// <summary>A model of the list as the commands <c>hearth models …</c> print it. Scripts rely on the names; ModelCommandTests freezes them.</summary>
static class ModelJson
{
    /// <summary>The members of a model.</summary>
    internal static void Write(Utf8JsonWriter writer, ModelStore store, ModelEntry model)
    {
        writer.WriteString("name", model.Name);
        writer.WriteString("source", model.Source.Word());
        writer.WriteString("origin", model.Origin);
        writer.WriteNumber("bytes", model.Bytes);
        writer.WriteString("state", NameOf(ModelVerification.Glance(store, model).Verdict));
        if (model.Facts is { } facts)
        {
            writer.WriteString("architecture", facts.Architecture);
            writer.WriteNumber("parameters", facts.Parameters);
            writer.WriteString("quantization", facts.Quantization);
            writer.WriteNumber("context", facts.ContextLength);
            writer.WriteBoolean("chat_template", facts.HasChatTemplate);
        }

        writer.WriteString("licence", model.Licence is null ? null : Commands.LicenceGate.Title(model.Licence));
        writer.WriteBoolean("licence_accepted", model.LicenceAccepted);
        writer.WriteStartObject("defaults");
        foreach (var (name, texts) in model.Defaults.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            writer.WriteStartArray(name);
            foreach (var text in texts)
                writer.WriteStringValue(text);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        WriteFiles("files", model.Files);
        WriteFiles("adapters", model.Adapters ?? []);

        void WriteFiles(string name, IReadOnlyList<ModelPart> files) => writer.WriteObjects(name, files, file =>
        {
            writer.WriteString("path", store.PathOf(file));
            writer.WriteBoolean("copied", file.Path is null);
            writer.WriteNumber("bytes", file.Bytes);
            writer.WriteString("sha256", file.Sha256);
        });
    }

    internal static string NameOf(ModelVerdict verdict) => verdict.ToString().ToLowerInvariant();
}
