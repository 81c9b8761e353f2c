using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Iced.Intel;

namespace Hearth.KernelGenerator;

/// <summary>All generated kernels in one position-independent block of machine code, with its index and its disassembly.</summary>
sealed class KernelLibrary
{
    const int Alignment = 64;
    readonly List<byte> _code = [];
    readonly StringBuilder _disassembly = new(), _offsets = new();

    /// <summary>The machine code; kernels start at multiples of 64.</summary>
    internal byte[] Code => [.. _code];

    /// <summary>The same as text, for a reviewer.</summary>
    internal string Disassembly => _disassembly.ToString();

    /// <summary>The index as C# source.</summary>
    internal string Offsets => _offsets.ToString();

    /// <summary>The pairs of layouts that have a decode kernel of their own; other pairs go through the panel.</summary>
    static readonly (Codes Codes, Scales Scales)[] Pairs =
    [
        (Codes.N4, Scales.Half), (Codes.N4, Scales.HalfMinimum), (Codes.N4, Scales.SuperMinimum),
        (Codes.N4Table, Scales.Half), (Codes.N4Table, Scales.Super), (Codes.N4Table, Scales.Exponent),
        (Codes.N4Plus1, Scales.Half), (Codes.N4Plus1, Scales.HalfMinimum), (Codes.N4Plus1, Scales.SuperMinimum),
        (Codes.N4Plus2, Scales.Super16), (Codes.B8, Scales.Half), (Codes.N2, Scales.SuperMinimum16), (Codes.N2Plus1, Scales.Super16),
    ];

    internal static KernelLibrary Generate()
    {
        var library = new KernelLibrary();
        library._offsets.Append("""
            using Hearth.Tensors.Quantization;

            namespace Hearth.Tensors.Kernels.Generated;

            /// <summary>Where each generated kernel starts. Written by tools/Hearth.KernelGenerator; KernelLibraryTests holds it against the generator.</summary>
            static class KernelOffsets
            {

            """);
        library.AddGemm();
        library.AddGemv();
        library.AddTiles();
        library._offsets.Append(CultureInfo.InvariantCulture, $"    internal const int Peak = {library.Add("Peak", PeakKernel.Emit)};\n");
        library._offsets.Append("\n    /// <summary>SHA-256 of the machine code.</summary>\n");
        library._offsets.Append(CultureInfo.InvariantCulture, $"    internal const string Digest = \"{Convert.ToHexStringLower(SHA256.HashData(library.Code))}\";\n}}\n");
        return library;
    }

    void AddGemm()
    {
        var starts = from terms in (int[])[1, 2]
                     from minimum in (bool[])[false, true]
                     select Add($"Gemm{32 / terms}{(minimum ? "Minimum" : "")}", a => GemmKernel.Emit(a, terms, minimum));
        Index("Prefill: scales per 32, with minima; per 16, with minima", $"int[] Gemm = {List(starts)}");
    }

    void AddGemv()
    {
        var entries = from pair in Pairs
                      let starts = from columns in (int[])[1, 2, 4]
                                   select Add($"Gemv{pair.Codes}{pair.Scales}x{columns}", a => GemvKernel.Emit(a, pair.Codes, pair.Scales, columns))
                      select $"(CodeLayout.{pair.Codes}, ScaleLayout.{pair.Scales})] = {List(starts)}";
        Index("Decode: 1, 2 and 4 columns", "Dictionary<(CodeLayout, ScaleLayout), int[]> Gemv", entries);
    }

    void AddTiles()
    {
        var entries = from number in Enum.GetValues<Number>()
                      let starts = from rows in Enumerable.Range(1, 6) select Add($"Tile{number}x{rows}", a => TileKernel.Emit(a, number, rows))
                      select $"CodeLayout.{number}] = {List(starts)}";
        Index("The float tile: 1 to 6 rows", "Dictionary<CodeLayout, int[]> Tile", entries);
    }

    void Index(string summary, string member, IEnumerable<string> entries)
        => Index(summary, $"{member} = new()\n    {{\n{string.Concat(entries.Select(entry => $"        [{entry},\n"))}    }}");

    void Index(string summary, string member)
        => _offsets.Append(CultureInfo.InvariantCulture, $"    /// <summary>{summary}.</summary>\n    internal static readonly {member};\n\n");

    static string List(IEnumerable<int> starts) => $"[{string.Join(", ", starts)}]";

    int Add(string name, Action<Assembler> emit)
    {
        var assembler = new Assembler(64) { PreferVex = false };
        emit(assembler);
        while (_code.Count % Alignment != 0)
            _code.Add(0xCC);
        var start = _code.Count;
        using var bytes = new MemoryStream();
        assembler.Assemble(new StreamCodeWriter(bytes), 0);
        _code.AddRange(bytes.ToArray());
        Disassemble(name, start);
        return start;
    }

    void Disassemble(string name, int start)
    {
        var code = Code.AsSpan(start).ToArray();
        var decoder = Iced.Intel.Decoder.Create(64, code, 0);
        var formatter = new NasmFormatter();
        formatter.Options.DigitSeparator = "";
        formatter.Options.FirstOperandCharIndex = 12;
        var line = new StringOutput();
        _disassembly.Append(CultureInfo.InvariantCulture, $"{name}: ; {code.Length} bytes\n");
        while (decoder.IP < (ulong)code.Length)
        {
            var at = decoder.IP;
            formatter.Format(decoder.Decode(), line);
            _disassembly.Append(CultureInfo.InvariantCulture, $"  {at:x4}  {line.ToStringAndReset()}\n");
        }
    }
}
