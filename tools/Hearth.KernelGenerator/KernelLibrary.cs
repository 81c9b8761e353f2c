using System.Globalization;
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

    internal static KernelLibrary Generate()
    {
        var library = new KernelLibrary();
        library._offsets.Append("""
            namespace Hearth.Tensors.Kernels.Generated;

            /// <summary>Where each generated kernel starts. Written by tools/Hearth.KernelGenerator; KernelLibraryTests holds it against the generator.</summary>
            static class KernelOffsets
            {

            """);
        foreach (var minimum in (bool[])[false, true])
            library.Add($"Gemm{(minimum ? "Minimum" : "")}", a => GemmKernel.Emit(a, minimum));
        foreach (var (codes, minimum) in ((Codes, bool)[])[(Codes.N4, false), (Codes.N4, true), (Codes.B8, false)])
        {
            foreach (var columns in (int[])[1, 2, 4])
                library.Add($"Gemv{codes}{(minimum ? "Minimum" : "")}x{columns}", a => GemvKernel.Emit(a, codes, minimum, columns));
        }

        foreach (var number in Enum.GetValues<Number>())
        {
            for (var rows = 1; rows <= 6; rows++)
            {
                var count = rows;
                library.Add($"Tile{number}x{rows}", a => TileKernel.Emit(a, number, count));
            }
        }

        library.Add("Peak", PeakKernel.Emit);
        library._offsets.Append("}\n");
        return library;
    }

    void Add(string name, Action<Assembler> emit)
    {
        var assembler = new Assembler(64) { PreferVex = false };
        emit(assembler);
        while (_code.Count % Alignment != 0)
            _code.Add(0xCC);
        var start = _code.Count;
        using var bytes = new MemoryStream();
        assembler.Assemble(new StreamCodeWriter(bytes), 0);
        _code.AddRange(bytes.ToArray());
        _offsets.Append(CultureInfo.InvariantCulture, $"    internal const int {name} = {start};\n");
        Disassemble(name, start);
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
