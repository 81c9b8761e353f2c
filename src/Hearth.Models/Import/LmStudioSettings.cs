using System.Text;
using System.Text.Json;

namespace Hearth.Models.Import;

/// <summary>Where LM Studio was told to keep its models: a pointer in the user's folder to its own one, and the settings there.</summary>
static class LmStudioSettings
{
    const int MaxPointerBytes = 4096, MaxSettingsBytes = 1 << 20;

    /// <summary>The path in a pointer file; null where there is none.</summary>
    internal static string? Pointed(string file)
        => Read(file, MaxPointerBytes) is { } bytes && Absolute(Encoding.UTF8.GetString(bytes).Split('\n')[0].Trim()) is { } path ? path : null;

    /// <summary>The folder for downloads that the settings in a folder name; null where they name none.</summary>
    internal static string? ModelFolder(string home)
    {
        if (Read(Path.Combine(home, "settings.json"), MaxSettingsBytes) is not { } bytes)
            return null;
        try
        {
            using var settings = JsonDocument.Parse(bytes, new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return settings.RootElement.ValueKind == JsonValueKind.Object && settings.RootElement.TryGetProperty("downloadsFolder", out var folder) && folder.ValueKind == JsonValueKind.String
                ? Absolute(folder.GetString()!)
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Another program's settings: what cannot be read names nothing.
            return null;
        }
    }

    static byte[]? Read(string file, int maxBytes)
    {
        try
        {
            return SmallFile.Read(file, maxBytes);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    static string? Absolute(string path) => (path.StartsWith("~/", StringComparison.Ordinal) || Path.IsPathFullyQualified(path)) && !path.Contains('\0') ? path : null;
}
