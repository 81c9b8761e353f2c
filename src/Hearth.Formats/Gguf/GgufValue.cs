namespace Hearth.Formats.Gguf;

/// <summary>Where a checked metadata value lies in the file.</summary>
/// <param name="Type">The type of the value.</param>
/// <param name="Element">The type of an array's elements; otherwise the type again.</param>
/// <param name="Offset">The first byte of the value, behind any length, element type or count.</param>
/// <param name="Length">Bytes from there on; at most 2 GiB.</param>
/// <param name="Count">Elements of an array; otherwise 1.</param>
readonly record struct GgufValue(GgufValueType Type, GgufValueType Element, long Offset, int Length, int Count)
{
    internal bool IsArray => Type == GgufValueType.Array;

    /// <summary>What people call the type: <c>u32</c>, or <c>[str, 49152]</c> for an array of 49,152 strings.</summary>
    internal string TypeName => IsArray ? $"[{Element.Name}, {Count}]" : Type.Name;
}
