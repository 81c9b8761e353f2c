using System.Runtime.InteropServices;

namespace Hearth.Confinement.Linux;

/// <summary>One instruction of classic BPF (<c>struct sock_filter</c>).</summary>
/// <param name="Code">Operation, addressing mode and size.</param>
/// <param name="IfTrue">How many instructions to skip if a comparison holds.</param>
/// <param name="IfFalse">How many to skip if it doesn't.</param>
/// <param name="Operand">A constant or an offset into <c>struct seccomp_data</c>.</param>
[StructLayout(LayoutKind.Sequential)]
readonly record struct BpfInstruction(ushort Code, byte IfTrue, byte IfFalse, uint Operand);

/// <summary>Assembles a filter in classic BPF, the language of seccomp: every path ends in a return and every jump goes forward.</summary>
sealed class BpfProgram
{
    internal const ushort Load = 0x20, JumpEqual = 0x15, JumpGreaterOrEqual = 0x35, JumpAnyBit = 0x45, Return = 0x06;

    /// <summary>Offsets in <c>struct seccomp_data</c>; of an argument, the low half (both architectures are little-endian).</summary>
    internal const uint Number = 0, Architecture = 4, Argument0 = 16, Argument1 = 24, Argument2 = 32;

    internal const uint Allow = 0x7fff0000, KillProcess = 0x80000000, Fail = 0x00050000, Notify = 0x7fc00000;

    readonly List<BpfInstruction> _code = [];

    /// <summary>Kills a caller of a foreign instruction set (32-bit code, x32), whose numbers mean other calls; then loads the number.</summary>
    internal static BpfProgram For(SystemCalls calls)
    {
        var program = new BpfProgram();
        program.Add(Load, Architecture);
        program.Add(JumpEqual, calls.Architecture, 1, 0);
        program.Add(Return, KillProcess);
        program.Add(Load, Number);
        if (calls.HasX32)
        {
            program.Add(JumpGreaterOrEqual, 0x40000000, 0, 1);
            program.Add(Return, KillProcess);
        }

        return program;
    }

    /// <summary>These calls fail with an error number.</summary>
    internal BpfProgram Deny(IEnumerable<uint> numbers, int error) => Answer(numbers, Fail | (uint)error);

    /// <summary>These calls return what the filter says: <see cref="Fail"/> with an error number, or <see cref="Notify"/>.</summary>
    internal BpfProgram Answer(IEnumerable<uint> numbers, uint action)
    {
        foreach (var number in numbers)
        {
            Add(JumpEqual, number, 0, 1);
            Add(Return, action);
        }

        return this;
    }

    /// <summary>Each of these calls fails if any of these bits of an argument is set; it is allowed otherwise.</summary>
    internal BpfProgram DenyIfAnyBit(IEnumerable<uint> numbers, uint argument, uint bits)
    {
        foreach (var number in numbers)
        {
            Add(JumpEqual, number, 0, 4);
            Add(Load, argument);
            Add(JumpAnyBit, bits, 0, 1);
            Add(Return, Fail | Errno.NotPermitted);
            Add(Return, Allow);
        }

        return this;
    }

    /// <summary>A call fails unless one of these bits of an argument is set; it is allowed otherwise.</summary>
    internal BpfProgram DenyUnlessAnyBit(uint number, uint argument, uint bits)
    {
        Add(JumpEqual, number, 0, 4);
        Add(Load, argument);
        Add(JumpAnyBit, bits, 1, 0);
        Add(Return, Fail | Errno.NotPermitted);
        Add(Return, Allow);
        return this;
    }

    /// <summary>A call fails unless an argument has one of these values; it is allowed otherwise.</summary>
    internal BpfProgram DenyUnlessEqual(uint number, uint argument, IReadOnlyList<uint> values)
    {
        Add(JumpEqual, number, 0, (byte)(values.Count + 3));
        Add(Load, argument);
        for (var i = 0; i < values.Count; i++)
            Add(JumpEqual, values[i], (byte)(values.Count - i), 0);
        Add(Return, Fail | Errno.NotPermitted);
        Add(Return, Allow);
        return this;
    }

    /// <summary>Everything else is allowed.</summary>
    internal BpfInstruction[] AllowTheRest()
    {
        Add(Return, Allow);
        return [.. _code];
    }

    void Add(ushort code, uint operand, byte ifTrue = 0, byte ifFalse = 0) => _code.Add(new(code, ifTrue, ifFalse, operand));
}
