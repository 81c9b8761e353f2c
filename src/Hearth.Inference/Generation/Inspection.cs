using Hearth.Formats.Gguf;
using Hearth.Inference.Architectures;
using Hearth.Inference.ChatTemplates;
using Hearth.Inference.Tokenizers;
using Hearth.Requests;
using Hearth.Requests.Models;
using Hearth.Tensors.Quantization;

namespace Hearth.Inference.Generation;

/// <summary>What a model file says of itself, and what a user should know before loading it.</summary>
static class Inspection
{
    internal static ModelInspection Describe(GgufFile file, Lazy<Tokenizer> tokenizer, int contextLength)
    {
        var warnings = new List<string>();
        var metadata = file.Metadata;
        var adapter = AdapterInspection.Describe(file, warnings);
        var template = FileTemplate.Of(metadata, out var isOurs);
        if (isOurs)
            warnings.Add("The file has no chat template: that of its family is used, which takes no tools.");
        if (template is null && adapter is null)
            warnings.Add("The file has no chat template: chat needs another file, raw prompts work.");
        if (adapter is null && TokenizerWarning(tokenizer) is { } warning)
            warnings.Add(warning);
        var neighbours = file.Tensors.Count(TensorChecks.IsNeighbour);
        if (neighbours > 0)
            warnings.Add($"Tensors of other models in the file ({neighbours}), such as one that reads images, are not used.");
        foreach (var group in file.Tensors.Where(t => !WeightMatrix.Supports(t.Type) && !TensorChecks.IsNeighbour(t)).GroupBy(t => t.Type))
            warnings.Add($"{group.Count()} tensors are of type {group.Key}, which this engine does not compute with yet.");
        ModelWork? work = null;
        return new()
        {
            Format = file.Parts == 1 ? $"GGUF {file.Version}" : $"GGUF {file.Version} in {file.Parts} parts",
            FileBytes = file.FileBytes,
            Metadata = [.. metadata.Entries.Select(e => new MetadataEntry(e.Key, e.TypeName, e.Display))],
            Tensors = [.. file.Tensors.Select(t => new TensorEntry(t.Name, t.Type.ToString(), t.Shape, t.Bytes))],
            ParameterCount = file.Tensors.Where(t => !TensorChecks.IsNeighbour(t)).Sum(t => t.ElementCount),
            Memory = adapter is null ? Estimate(file, contextLength, warnings, out work) : new(0, 0, 0, 0, 0),
            Work = work,
            Warnings = warnings,
            ChatTemplate = template,
            Adapter = adapter,
        };
    }

    static string? TokenizerWarning(Lazy<Tokenizer> tokenizer)
    {
        try
        {
            return tokenizer.Value.Warning;
        }
        catch (EngineException e)
        {
            return $"Texts cannot be cut into tokens: {e.Message}";
        }
    }

    /// <summary>Zeros, with a warning, for a file that cannot be loaded: inspecting it must work all the same.</summary>
    static MemoryEstimate Estimate(GgufFile file, int contextLength, List<string> warnings, out ModelWork? work)
    {
        work = null;
        try
        {
            var shape = DecoderShape.Read(file);
            var context = LoadedDecoder.ContextFor(shape, contextLength);
            var plan = MemoryPlan.For(file, shape, context, context, KvType.F16, asFloat: false, budget: 0);
            if (plan.Estimate.Total > plan.Estimate.Available)
                warnings.Add($"This context does not fit: {plan.Estimate.Total / 1_000_000} MB are needed, {plan.Estimate.Available / 1_000_000} MB are available.");
            work = WorkEstimate.For(file, shape);
            return plan.Estimate;
        }
        catch (EngineException e)
        {
            warnings.Add($"The model cannot be loaded: {e.Message} Expected: {e.Expected}");
        }
        catch (InvalidDataException e)
        {
            warnings.Add($"The model cannot be loaded: {e.Message}");
        }

        return new(contextLength, 0, 0, 0, 0);
    }
}
