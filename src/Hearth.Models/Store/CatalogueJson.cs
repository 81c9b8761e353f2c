using System.Text.Json.Serialization;

namespace Hearth.Models.Store;

/// <summary>The whole of a catalogue file.</summary>
/// <param name="Format">Always <see cref="CatalogueFile.Format"/>.</param>
/// <param name="Version">Raised when an older Hearth must not write the file any more.</param>
/// <param name="Models">The models, by name.</param>
sealed record CatalogueDocument(string Format, int Version, IReadOnlyList<ModelEntry> Models);

/// <summary>How a catalogue is written. What an older program does not know it refuses, so that it never drops it by writing the file anew.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 16)]
[JsonSerializable(typeof(CatalogueDocument))]
sealed partial class CatalogueJson : JsonSerializerContext;
