namespace Hearth.Formats.Gguf;

/// <summary>A line of metadata for people to read. Characters that could steer a terminal are escaped, long values are cut.</summary>
/// <param name="Key">The key: printable ASCII.</param>
/// <param name="TypeName">The type: <c>u32</c>, or <c>[str, 49152]</c> for an array of 49,152 strings.</param>
/// <param name="Display">The value, or the beginning of it.</param>
public sealed record GgufEntry(string Key, string TypeName, string Display);
