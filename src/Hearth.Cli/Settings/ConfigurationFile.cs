using System.Text.Json;
using Hearth.Cli.Output;

namespace Hearth.Cli.Settings;

/// <summary>The one configuration file: a JSON object whose keys are names of settings; comments and trailing commas are allowed.</summary>
static class ConfigurationFile
{
    const int MaxBytes = 1 << 20;

    static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 4 };

    /// <summary>What the file sets; empty where there is no file.</summary>
    internal static IReadOnlyDictionary<string, IReadOnlyList<string>> Read(string path)
    {
        byte[] bytes;
        try
        {
            if (!Path.Exists(path))
                return new Dictionary<string, IReadOnlyList<string>>();
            // Nobody may ever write into a pipe; pipes and devices have no length.
            var file = new FileInfo(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path);
            if (!file.Exists || file.Length == 0)
                throw Broken(path, "is empty, or no ordinary file", null);
            bytes = BoundedFile.ReadAll(path, MaxBytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Broken(path, $"cannot be read: {e.Message}", e);
        }

        try
        {
            using var document = JsonDocument.Parse(bytes, Lenient);
            return Parse(document.RootElement, path);
        }
        catch (JsonException e)
        {
            throw Broken(path, $"is not JSON (line {e.LineNumber + 1})", e);
        }
        catch (InvalidOperationException e)
        {
            throw Broken(path, "has a text that is not UTF-8, or half a character", e);
        }
    }

    static Dictionary<string, IReadOnlyList<string>> Parse(JsonElement root, string path)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw Broken(path, $"holds {root.ValueKind}", null);
        var values = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var property in root.EnumerateObject())
        {
            if (!Array.Exists(SettingTable.LastingOnes, s => s.Name == property.Name))
                throw Broken(path, $"has the unknown key \"{property.Name}\"", null);
            values[property.Name] = Texts(property, path);
        }

        return values;
    }

    static IReadOnlyList<string> Texts(JsonProperty property, string path) => property.Value.ValueKind switch
    {
        JsonValueKind.String => [property.Value.GetString()!],
        JsonValueKind.Number => [property.Value.GetRawText()],
        JsonValueKind.True => ["true"],
        JsonValueKind.False => ["false"],
        JsonValueKind.Array => [.. property.Value.EnumerateArray().Select(item
            => item.ValueKind == JsonValueKind.String ? item.GetString()! : throw Broken(path, $"has a list of other things than texts in \"{property.Name}\"", null))],
        _ => throw Broken(path, $"has {property.Value.ValueKind} in \"{property.Name}\"", null),
    };

    static CliException Broken(string path, string found, Exception? inner) => new(
        ExitCode.Usage,
        $"The configuration file {path} {found}.",
        $"a JSON object with these keys: {string.Join(", ", SettingTable.LastingOnes.Select(s => s.Name))}.",
        "Correct or remove the file.",
        inner);
}
