using Hearth.Formats.Gguf;
using Hearth.Inference.Architectures;
using Hearth.Requests.Models;

namespace Hearth.Inference.Generation;

/// <summary>What an adapter's file says of itself. Whether it fits a model is proved when both are loaded.</summary>
static class AdapterInspection
{
    /// <summary>The facts; null where the file is no adapter. What is wrong with it becomes a warning: inspecting must work all the same.</summary>
    internal static AdapterFacts? Describe(GgufFile file, List<string> warnings)
    {
        if (!Adapters.IsAdapter(file))
            return null;
        var ranks = file.Tensors.Where(t => t.Name.EndsWith(Adapters.SuffixB, StringComparison.Ordinal)).Select(t => (int)Math.Min(t.RowLength, int.MaxValue)).ToList();
        var facts = new AdapterFacts("", "", ranks.Count, ranks.DefaultIfEmpty().Min(), ranks.DefaultIfEmpty().Max(), 0);
        try
        {
            facts = facts with { Type = file.Metadata.GetString(Adapters.TypeKey) };
            facts = facts with { Architecture = file.Metadata.GetString("general.architecture") };
            if (facts.Type != Adapters.Lora)
                warnings.Add($"Adapters of the type '{facts.Type}' cannot be used; '{Adapters.Lora}' can.");
            if (file.Metadata.TryGetFloat32(Adapters.AlphaKey, out var alpha) && !float.IsFinite(alpha))
                warnings.Add($"{Adapters.AlphaKey} is {alpha}, so the adapter cannot be used.");
            return facts with { Alpha = float.IsFinite(alpha) ? alpha : 0 };
        }
        catch (InvalidDataException e)
        {
            warnings.Add($"The adapter cannot be used: {e.Message}");
            return facts;
        }
    }
}
