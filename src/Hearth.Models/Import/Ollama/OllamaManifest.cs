using System.Text.Json;
using Hearth.Models.Store;

namespace Hearth.Models.Import.Ollama;

/// <summary>A layer of a model in Ollama's library: its kind, and the blob that holds it.</summary>
/// <param name="MediaType">Such as <c>application/vnd.ollama.image.model</c>.</param>
/// <param name="Digest">64 hexadecimal digits, checked: nothing else ever becomes part of a path.</param>
/// <param name="Bytes">The length of the blob.</param>
sealed record OllamaLayer(string MediaType, string Digest, long Bytes)
{
    /// <summary>The kind without its common beginning; empty where it is none of Ollama's.</summary>
    internal string Kind => MediaType.StartsWith(KindPrefix, StringComparison.Ordinal) ? MediaType[KindPrefix.Length..] : "";

    const string KindPrefix = "application/vnd.ollama.image.";
}

/// <summary>A manifest of Ollama's library: which layers make a model (OCI image manifest, schema 2).</summary>
static class OllamaManifest
{
    internal const int MaxBytes = 256 << 10;

    const int MaxLayers = 256, MaxTypeLength = 128;
    const string DigestPrefix = "sha256:";

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="InvalidDataException">It is no manifest; the message says what is wrong.</exception>
    internal static IReadOnlyList<OllamaLayer> Read(ReadOnlySpan<byte> json)
    {
        ManifestJson? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize(json, OllamaJson.Default.ManifestJson);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The manifest is not JSON of the right form (line {e.LineNumber + 1})", e);
        }

        if (manifest?.Layers is not { Count: > 0 and <= MaxLayers } layers)
            throw new InvalidDataException($"The manifest has {manifest?.Layers?.Count ?? 0} layers; 1 to {MaxLayers} are expected");
        return [.. layers.Select(Check)];
    }

    static OllamaLayer Check(LayerJson? layer)
    {
        if (layer is not { MediaType.Length: > 0 and <= MaxTypeLength, Size: >= 0, Digest: { } digest })
            throw new InvalidDataException("A layer of the manifest lacks its type, size or digest");
        return digest.StartsWith(DigestPrefix, StringComparison.Ordinal) && FileDigest.IsDigest(digest[DigestPrefix.Length..])
            ? new(layer.MediaType, digest[DigestPrefix.Length..], layer.Size)
            : throw new InvalidDataException("The digest of a layer is not sha256: and 64 hexadecimal digits");
    }
}

sealed record ManifestJson(IReadOnlyList<LayerJson?>? Layers);

sealed record LayerJson(string? MediaType, string? Digest, long Size);
