using System.Globalization;
using System.Text;
using Hearth.Cli.Terminals;
using Hearth.Requests.Models;

namespace Hearth.Cli.Output;

/// <summary>An inspection for people. Names and values come from the file, so none may control the terminal.</summary>
static class InspectionText
{
    const int ValueWidth = 100;

    internal static string Describe(string path, ModelInspection model, bool allTensors)
    {
        var text = new StringBuilder();
        text.Append($"{path}\n  {model.Format}, {Quantity.Bytes(model.FileBytes)}, {Quantity.Count(model.ParameterCount)} parameters\n");
        if (model.Adapter is { } adapter)
            AppendAdapter(text, adapter);

        text.Append($"\nMetadata ({model.Metadata.Count})\n");
        foreach (var entry in model.Metadata)
            text.Append($"  {entry.Key,-40} {entry.Type,-10} {OneLine(entry.Value)}\n");

        text.Append($"\nTensors ({model.Tensors.Count})\n");
        if (allTensors)
        {
            foreach (var tensor in model.Tensors)
                text.Append($"  {tensor.Name,-34} {tensor.Type,-6} {string.Join(" × ", tensor.Shape),-18} {Quantity.Bytes(tensor.Bytes),10}\n");
        }
        else
        {
            foreach (var group in model.Tensors.GroupBy(t => t.Type))
                text.Append(CultureInfo.InvariantCulture, $"  {group.Key,-6} {group.Count(),5} tensors {Quantity.Bytes(group.Sum(t => t.Bytes)),10}\n");
        }

        if (model.Adapter is null)
            AppendMemory(text, model.Memory);
        foreach (var warning in model.Warnings)
            text.Append($"\nwarning: {warning}\n");
        return TerminalText.Clean(text.ToString());
    }

    static void AppendAdapter(StringBuilder text, AdapterFacts adapter)
    {
        var rank = adapter.LowestRank == adapter.HighestRank ? $"rank {adapter.HighestRank}" : $"ranks {adapter.LowestRank} to {adapter.HighestRank}";
        var alpha = adapter.Alpha == 0 ? "no alpha" : string.Create(CultureInfo.InvariantCulture, $"alpha {adapter.Alpha}");
        text.Append($"  An adapter ({OneLine(adapter.Type)}) for models of the architecture {OneLine(adapter.Architecture)}: {adapter.Matrices} matrices, {rank}, {alpha}\n");
        text.Append("  It is used with its model: hearth run --model MODEL --lora FILE\n");
    }

    static void AppendMemory(StringBuilder text, MemoryEstimate memory)
    {
        text.Append($"\nMemory for {Quantity.Grouped(memory.ContextLength)} positions\n");
        foreach (var (what, bytes) in ((string, long)[])[("weights", memory.Weights), ("keys and values", memory.KvCache), ("scratch", memory.Scratch), ("together", memory.Total), ("available", memory.Available)])
            text.Append($"  {what,-16} {Quantity.Bytes(bytes),10}\n");
        if (memory.Total > memory.Available)
            text.Append("  This does not fit; a smaller --context needs less.\n");
    }

    static string OneLine(string value)
    {
        var line = value.ReplaceLineEndings("⏎").Replace('\t', ' ');
        return line.Length <= ValueWidth ? line : $"{line[..ValueWidth]}…";
    }
}
