using System.Text.Json;
using Hearth.Requests.Models;

namespace Hearth.Cli.Output;

/// <summary>The members of the object that <c>hearth inspect --json</c> prints.</summary>
static class InspectionJson
{
    internal static void Write(Utf8JsonWriter writer, string path, ModelInspection model)
    {
        writer.WriteString("file", path);
        writer.WriteString("format", model.Format);
        writer.WriteNumber("bytes", model.FileBytes);
        writer.WriteNumber("parameters", model.ParameterCount);
        WriteMemory(writer, model.Memory);
        writer.WriteStartArray("warnings");
        foreach (var warning in model.Warnings)
            writer.WriteStringValue(warning);
        writer.WriteEndArray();
        WriteMetadata(writer, model.Metadata);
        WriteTensors(writer, model.Tensors);
        writer.WriteString("chat_template", model.ChatTemplate);
    }

    static void WriteMemory(Utf8JsonWriter writer, MemoryEstimate memory)
    {
        writer.WriteStartObject("memory");
        writer.WriteNumber("context", memory.ContextLength);
        writer.WriteNumber("weights", memory.Weights);
        writer.WriteNumber("kv_cache", memory.KvCache);
        writer.WriteNumber("scratch", memory.Scratch);
        writer.WriteNumber("total", memory.Total);
        writer.WriteNumber("available", memory.Available);
        writer.WriteEndObject();
    }

    static void WriteMetadata(Utf8JsonWriter writer, IReadOnlyList<MetadataEntry> entries)
    {
        writer.WriteStartArray("metadata");
        foreach (var entry in entries)
        {
            writer.WriteStartObject();
            writer.WriteString("key", entry.Key);
            writer.WriteString("type", entry.Type);
            writer.WriteString("value", entry.Value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    static void WriteTensors(Utf8JsonWriter writer, IReadOnlyList<TensorEntry> tensors)
    {
        writer.WriteStartArray("tensors");
        foreach (var tensor in tensors)
        {
            writer.WriteStartObject();
            writer.WriteString("name", tensor.Name);
            writer.WriteString("type", tensor.Type);
            writer.WriteStartArray("shape");
            foreach (var size in tensor.Shape)
                writer.WriteNumberValue(size);
            writer.WriteEndArray();
            writer.WriteNumber("bytes", tensor.Bytes);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
