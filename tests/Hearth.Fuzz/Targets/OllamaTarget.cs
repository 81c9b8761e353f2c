using Hearth.Models;
using Hearth.Models.Import.Ollama;

namespace Hearth.Fuzz.Targets;

/// <summary>Reads the input as a manifest of Ollama's library, and as the parameters of a model in it.</summary>
static class OllamaTarget
{
    internal static void Run(ReadOnlySpan<byte> input)
    {
        var bytes = input.ToArray();
        if (Read(() => OllamaManifest.Read(bytes)) is { } layers)
        {
            foreach (var layer in layers)
            {
                FuzzFinding.Unless(layer.Digest.Length == 64 && layer.Digest.All(char.IsAsciiHexDigitLower), "a digest is safe in a path");
                FuzzFinding.Unless(layer.Bytes >= 0 && layer.MediaType.Length > 0, "a layer has a type and a size");
                FuzzFinding.Unless(layer.Kind.Length == 0 || layer.MediaType == "application/vnd.ollama.image." + layer.Kind, "a kind is the type without the common beginning");
            }
        }

        if (Read(() => OllamaParameters.Read(bytes)) is { Settings: { } settings, Unknown: { } unknown })
        {
            FuzzFinding.Unless(settings.Values.All(texts => texts.Count > 0 && texts.All(text => text is not null)), "a setting has values");
            FuzzFinding.Unless(unknown.All(ModelName.IsValid), "a name that is shown cannot control a terminal");
        }
    }

    /// <summary>What was read; the default where the input was refused in the documented manner.</summary>
    static T? Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException)
        {
            return default;
        }
    }
}
