using System.Buffers.Binary;
using System.Text;

namespace Hearth.Confinement.Linux;

/// <summary>Finds the loader that a program names (PT_INTERP of an ELF file): the kernel executes it too, so it needs a rule.</summary>
static class ElfProgram
{
    const int HeaderBytes = 64, ProgramHeaderBytes = 56, MostPathBytes = 4096, Interpreter = 3;

    /// <summary>The loader's path; null for a static program and for a file that isn't a 64-bit little-endian ELF program.</summary>
    internal static string? Loader(string path)
    {
        using var file = File.OpenHandle(path);
        Span<byte> header = stackalloc byte[HeaderBytes];
        if (RandomAccess.Read(file, header, 0) < HeaderBytes || !header.StartsWith((ReadOnlySpan<byte>)[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]))
            return null;
        var offset = BinaryPrimitives.ReadInt64LittleEndian(header[32..]);
        int size = BinaryPrimitives.ReadUInt16LittleEndian(header[54..]), count = BinaryPrimitives.ReadUInt16LittleEndian(header[56..]);
        Span<byte> entry = stackalloc byte[ProgramHeaderBytes];
        for (var i = 0; size >= ProgramHeaderBytes && i < count; i++)
        {
            if (RandomAccess.Read(file, entry, offset + ((long)i * size)) < ProgramHeaderBytes)
                return null;
            if (BinaryPrimitives.ReadInt32LittleEndian(entry) != Interpreter)
                continue;
            var name = new byte[Math.Clamp(BinaryPrimitives.ReadInt64LittleEndian(entry[32..]), 0, MostPathBytes)];
            var length = RandomAccess.Read(file, name, BinaryPrimitives.ReadInt64LittleEndian(entry[8..]));
            return Encoding.UTF8.GetString(name.AsSpan(0, length)).TrimEnd('\0');
        }

        return null;
    }
}
