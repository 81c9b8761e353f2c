using System.Globalization;
using Hearth.Cli.Settings;
using Hearth.Models;

namespace Hearth.Cli.Commands;

/// <summary>The settings that hold for one model unless an option or a variable says otherwise.</summary>
static class ModelDefaults
{
    const int ShownChars = 60;

    /// <summary>The setting of a name, or null.</summary>
    internal static Setting? Find(string name) => Array.Find(SettingTable.PerModel, setting => setting.Name == name);

    /// <summary>What a source has for a model and can be used; the rest is named in <paramref name="refused"/>. A context is cut to what the model was made for.</summary>
    internal static Dictionary<string, IReadOnlyList<string>> Accepted(IReadOnlyDictionary<string, IReadOnlyList<string>> found, ModelFacts facts, List<string> refused)
    {
        var accepted = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var (name, texts) in found)
        {
            if (Find(name) is not { } setting || !setting.Accepts(texts))
                refused.Add(name);
            else if (setting == SettingTable.Context && facts.ContextLength > 0 && SettingTable.Context.Form.Read(texts, out var context) && context > facts.ContextLength)
                accepted[name] = [facts.ContextLength.ToString(CultureInfo.InvariantCulture)];
            else
                accepted[name] = texts;
        }

        return accepted;
    }

    /// <summary>A line for each.</summary>
    internal static IEnumerable<string> Describe(ModelEntry model)
        => model.Defaults.OrderBy(pair => Array.FindIndex(SettingTable.PerModel, setting => setting.Name == pair.Key)).Select(pair => $"{pair.Key} = {string.Join(" | ", pair.Value.Select(Shown))}");

    static string Shown(string text)
    {
        var line = text.ReplaceLineEndings("⏎");
        return line.Length <= ShownChars ? line : $"{line[..ShownChars]}…";
    }
}
