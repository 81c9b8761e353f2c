using System.Text.Json.Serialization;
using Hearth.Models.Import.Ollama;

namespace Hearth.Models.Import;

/// <summary>The generated reader of manifests. Members that are not ours are passed over; manifests are flat.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 8)]
[JsonSerializable(typeof(ManifestJson))]
sealed partial class OllamaJson : JsonSerializerContext;
