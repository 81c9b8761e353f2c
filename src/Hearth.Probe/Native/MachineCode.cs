using System.Runtime.InteropServices;

namespace Hearth.Probe.Native;

/// <summary>Code that no compiler makes.</summary>
static unsafe class MachineCode
{
    const int ReadWriteExecute = 7;

    /// <summary>socket() of 32-bit x86 by int 0x80, and of x32: entry points whose numbers mean other calls.</summary>
    static readonly byte[] Int80 = [0x53, 0xbb, 2, 0, 0, 0, 0xb9, 1, 0, 0, 0, 0xba, 0, 0, 0, 0, 0xb8, 0x67, 1, 0, 0, 0xcd, 0x80, 0x5b, 0xc3];

    static readonly byte[] X32 = [0xbf, 2, 0, 0, 0, 0xbe, 1, 0, 0, 0, 0xba, 0, 0, 0, 0, 0xb8, 41, 0, 0, 0x40, 0x0f, 0x05, 0xc3];

    /// <summary>Ends the process with code 0.</summary>
    static readonly byte[] ExitX64 = [0xb8, 60, 0, 0, 0, 0x31, 0xff, 0x0f, 0x05];

    static readonly byte[] ExitArm64 = [0xa8, 0x0b, 0x80, 0xd2, 0x00, 0x00, 0x80, 0xd2, 0x01, 0x00, 0x00, 0xd4];

    static byte* _int80, _x32;

    static bool OnX64 => RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>Makes both ready to run: later a native worker gets no new code. An attacker would look for their bytes in what is there.</summary>
    internal static void Load()
    {
        if (!OnX64)
            return;
        _int80 = Executable(Int80);
        _x32 = Executable(X32);
    }

    internal static string EnterAs32Bit() => Enter(_int80);

    internal static string EnterAsX32() => Enter(_x32);

    /// <summary>A whole program of the size of its headers, which does nothing: a script or a copy of a real one would need more than the right to run it.</summary>
    internal static byte[] SmallestProgram()
    {
        const int fileHeader = 64, segmentHeader = 56, start = 0x400000;
        var code = OnX64 ? ExitX64 : ExitArm64;
        using var program = new MemoryStream();
        using var writer = new BinaryWriter(program);
        // elf(5): 64 bits, little-endian, an executable, with one segment that can be read and executed and is the whole file.
        writer.Write([0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        writer.Write((ushort)2);
        writer.Write((ushort)(OnX64 ? 62 : 183));
        writer.Write(1);
        writer.Write((ulong)(start + fileHeader + segmentHeader));
        writer.Write((ulong)fileHeader);
        writer.Write(0UL);
        writer.Write(0);
        foreach (var word in (ushort[])[fileHeader, segmentHeader, 1, 0, 0, 0])
            writer.Write(word);
        writer.Write(1);
        writer.Write(5);
        foreach (var word in (ulong[])[0, start, start, (ulong)(fileHeader + segmentHeader + code.Length), (ulong)(fileHeader + segmentHeader + code.Length), 0x1000])
            writer.Write(word);
        writer.Write(code);
        return program.ToArray();
    }

    static byte* Executable(byte[] code)
    {
        var memory = (byte*)LibC.Map(null, LibC.Page, ReadWriteExecute, LibC.PrivateAnonymous, -1, 0);
        if (unchecked((nint)memory) == -1)
            return null;
        code.CopyTo(new Span<byte>(memory, code.Length));
        return memory;
    }

    static string Enter(byte* code)
    {
        if (code == null)
            return OnX64 ? "no executable memory" : "x64 only";
        var result = ((delegate* unmanaged<int>)code)();
        return result >= 0 ? Outcome.Possible : Errors.Name(-result);
    }
}
