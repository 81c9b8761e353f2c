namespace Hearth.Formats.Gguf;

/// <summary>The type of a metadata value, with the ids of the GGUF format (ggml, <c>docs/gguf.md</c>, "File Structure").</summary>
public enum GgufValueType
{
#pragma warning disable CS1591 // The names are the definition.
    U8 = 0, I8 = 1, U16 = 2, I16 = 3, U32 = 4, I32 = 5, F32 = 6, Bool = 7, Str = 8, Array = 9, U64 = 10, I64 = 11, F64 = 12,
#pragma warning restore CS1591
}

/// <summary>What the types are called and how many bytes a value needs at least: the whole value, or the length and count in front of it.</summary>
static class GgufValueTypes
{
    static readonly (string Name, int MinBytes)[] Table =
    [
        ("u8", 1), ("i8", 1), ("u16", 2), ("i16", 2), ("u32", 4), ("i32", 4), ("f32", 4), ("bool", 1), ("str", 8), ("arr", 12), ("u64", 8), ("i64", 8),
        ("f64", 8),
    ];

    /// <summary>The ids below this one are types.</summary>
    internal static uint Count => (uint)Table.Length;

    extension(GgufValueType type)
    {
        internal string Name => Table[(int)type].Name;

        internal int MinBytes => Table[(int)type].MinBytes;
    }
}
