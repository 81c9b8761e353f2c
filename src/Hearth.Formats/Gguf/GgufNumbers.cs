using System.Globalization;
using static System.Buffers.Binary.BinaryPrimitives;

namespace Hearth.Formats.Gguf;

/// <summary>Reads single numbers of any metadata type.</summary>
static class GgufNumbers
{
    internal static bool IsInteger(GgufValueType type)
        => type is not (GgufValueType.F32 or GgufValueType.F64 or GgufValueType.Bool or GgufValueType.Str or GgufValueType.Array);

    internal static bool IsReal(GgufValueType type) => type is GgufValueType.F32 or GgufValueType.F64;

    /// <summary>An integer; wide enough for the signed and the unsigned ones.</summary>
    internal static Int128 Integer(GgufValueType type, ReadOnlySpan<byte> bytes) => type switch
    {
        GgufValueType.U8 => bytes[0],
        GgufValueType.I8 => unchecked((sbyte)bytes[0]),
        GgufValueType.U16 => ReadUInt16LittleEndian(bytes),
        GgufValueType.I16 => ReadInt16LittleEndian(bytes),
        GgufValueType.U32 => ReadUInt32LittleEndian(bytes),
        GgufValueType.I32 => ReadInt32LittleEndian(bytes),
        GgufValueType.U64 => ReadUInt64LittleEndian(bytes),
        _ => ReadInt64LittleEndian(bytes),
    };

    internal static double Real(GgufValueType type, ReadOnlySpan<byte> bytes)
        => type == GgufValueType.F32 ? ReadSingleLittleEndian(bytes) : ReadDoubleLittleEndian(bytes);

    /// <summary>A number or bool in digits, the same in every country.</summary>
    internal static string Show(GgufValueType type, ReadOnlySpan<byte> bytes) => type switch
    {
        GgufValueType.Bool => bytes[0] == 0 ? "false" : "true",
        GgufValueType.F32 => ReadSingleLittleEndian(bytes).ToString(CultureInfo.InvariantCulture),
        GgufValueType.F64 => ReadDoubleLittleEndian(bytes).ToString(CultureInfo.InvariantCulture),
        _ => Integer(type, bytes).ToString(CultureInfo.InvariantCulture),
    };
}
