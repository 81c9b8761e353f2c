using System.Buffers.Binary;

namespace Hearth.Inference.Tokenizers.Unicode;

/// <summary>Canonical decompositions and combining classes of Unicode 16, which .NET knows only through libraries that Hearth does without.</summary>
/// <remarks>Read once from <c>Normalization.bin</c>, whose form and maker is <c>tools/normalization-table.cs</c>. Hangul syllables follow a rule instead.</remarks>
sealed class NormalizationTable
{
    const int DecompositionBytes = 9, RunBytes = 5, ComposesBit = 0x80_0000;

    readonly Dictionary<int, (int First, int Second)> _decompositions = [];
    readonly Dictionary<(int First, int Second), int> _compositions = [];
    readonly Dictionary<int, byte> _classes = [];

    NormalizationTable(ReadOnlySpan<byte> table)
    {
        var count = BinaryPrimitives.ReadUInt16LittleEndian(table);
        table = table[sizeof(ushort)..];
        for (; count > 0; count--, table = table[DecompositionBytes..])
        {
            var (of, parts) = (Code(table) & ~ComposesBit, (Code(table[3..]), Code(table[6..])));
            _decompositions.Add(of, parts);
            if ((Code(table) & ComposesBit) != 0)
                _compositions.Add(parts, of);
        }

        for (; !table.IsEmpty; table = table[RunBytes..])
        {
            for (var i = 0; i < table[3]; i++)
                _classes.Add(Code(table) + i, table[4]);
        }
    }

    /// <summary>The table.</summary>
    internal static NormalizationTable Instance { get; } = Read();

    /// <summary>The parts of a character, of which the second may be 0 for none; false where it has none.</summary>
    internal bool TryDecompose(int codePoint, out (int First, int Second) parts) => _decompositions.TryGetValue(codePoint, out parts);

    /// <summary>The character of two parts, or 0.</summary>
    internal int Compose(int first, int second) => _compositions.GetValueOrDefault((first, second));

    /// <summary>Canonical_Combining_Class: 0 for all but marks.</summary>
    internal int Class(int codePoint) => _classes.GetValueOrDefault(codePoint);

    static int Code(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);

    static NormalizationTable Read()
    {
        using var resource = typeof(NormalizationTable).Assembly.GetManifestResourceStream("Hearth.Inference.Normalization.bin")!;
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return new(bytes);
    }
}
