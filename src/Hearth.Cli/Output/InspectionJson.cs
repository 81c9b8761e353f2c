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
        WriteAdapter(writer, model.Adapter);
        WriteMemory(writer, model.Memory);
        writer.WriteList("warnings", model.Warnings, writer.WriteStringValue);
        writer.WriteObjects("metadata", model.Metadata, entry =>
        {
            writer.WriteString("key", entry.Key);
            writer.WriteString("type", entry.Type);
            writer.WriteString("value", entry.Value);
        });
        writer.WriteObjects("tensors", model.Tensors, tensor =>
        {
            writer.WriteString("name", tensor.Name);
            writer.WriteString("type", tensor.Type);
            writer.WriteList("shape", tensor.Shape, writer.WriteNumberValue);
            writer.WriteNumber("bytes", tensor.Bytes);
        });
        writer.WriteString("chat_template", model.ChatTemplate);
    }

    static void WriteAdapter(Utf8JsonWriter writer, AdapterFacts? adapter)
    {
        if (adapter is null)
        {
            writer.WriteNull("adapter");
            return;
        }

        writer.WriteStartObject("adapter");
        writer.WriteString("type", adapter.Type);
        writer.WriteString("architecture", adapter.Architecture);
        writer.WriteNumber("matrices", adapter.Matrices);
        writer.WriteNumber("lowest_rank", adapter.LowestRank);
        writer.WriteNumber("highest_rank", adapter.HighestRank);
        writer.WriteNumber("alpha", adapter.Alpha);
        writer.WriteEndObject();
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
}
