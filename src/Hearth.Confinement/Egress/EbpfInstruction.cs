using System.Runtime.InteropServices;

namespace Hearth.Confinement.Egress;

/// <summary>One instruction of eBPF (RFC 9669), and the few that counting needs.</summary>
/// <param name="Code">Operation and size.</param>
/// <param name="Registers">The destination in the low four bits, the source in the high ones.</param>
/// <param name="Offset">Of an address, or how many instructions a jump skips.</param>
/// <param name="Immediate">A constant.</param>
[StructLayout(LayoutKind.Sequential)]
readonly record struct EbpfInstruction(byte Code, byte Registers, short Offset, int Immediate)
{
    /// <summary>The source of an address that is a place in a map's value (BPF_PSEUDO_MAP_VALUE).</summary>
    const int MapValue = 2;

    /// <summary>register = constant</summary>
    internal static EbpfInstruction Set(int register, int constant) => new(0xb7, Pair(register), 0, constant);

    /// <summary>register += constant</summary>
    internal static EbpfInstruction Add(int register, int constant) => new(0x07, Pair(register), 0, constant);

    /// <summary>register = the 32 bits at [source + offset]</summary>
    internal static EbpfInstruction Load32(int register, int source, short offset) => new(0x61, Pair(register, source), offset, 0);

    /// <summary>the 64 bits at [register + offset] += source, at once for all processors</summary>
    internal static EbpfInstruction AtomicAdd64(int register, short offset, int source) => new(0xdb, Pair(register, source), offset, 0);

    /// <summary>Skips instructions unless register == constant.</summary>
    internal static EbpfInstruction SkipUnlessEqual(int register, int constant, short skip) => new(0x55, Pair(register), skip, constant);

    /// <summary>register = address in the value of a map with one entry; two instructions long.</summary>
    internal static EbpfInstruction[] Address(int register, int map, int offset) => [new(0x18, Pair(register, MapValue), 0, map), new(0, 0, 0, offset)];

    internal static EbpfInstruction Exit => new(0x95, 0, 0, 0);

    static byte Pair(int destination, int source = 0) => (byte)(destination | source << 4);
}
