using System.Buffers.Binary;

namespace Hearth.Tests.Fuzz;

/// <summary>Changes bytes in the ways that readers of binary formats are known to fall for. The same seed gives the same changes.</summary>
sealed class Mutator(int seed)
{
    static readonly ulong[] Numbers = [0, 1, 2, 3, 7, 31, 0x7F, 0xFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x7FFF_FFFF_FFFF_FFFF, ulong.MaxValue];
    readonly Random _random = new(seed);

    internal byte[] Mutate(byte[] input)
    {
        var bytes = input.ToList();
        for (var changes = _random.Next(1, 5); changes > 0 && bytes.Count > 0; changes--)
            Change(bytes);
        return [.. bytes];
    }

    void Change(List<byte> bytes)
    {
        var at = _random.Next(bytes.Count);
        var length = _random.Next(1, Math.Min(bytes.Count - at, 32) + 1);
        switch (_random.Next(6))
        {
            case 0: bytes[at] ^= (byte)(1 << _random.Next(8)); break;
            case 1: bytes[at] = (byte)_random.Next(256); break;
            case 2: bytes.RemoveRange(at, length); break;
            case 3: bytes.InsertRange(at, bytes.GetRange(at, length)); break;
            case 4: bytes.RemoveRange(at, bytes.Count - at); break;
            default: Overwrite(bytes, at); break;
        }
    }

    /// <summary>Writes a number that is at the edge of some type, in four or eight bytes.</summary>
    void Overwrite(List<byte> bytes, int at)
    {
        Span<byte> number = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(number, Numbers[_random.Next(Numbers.Length)]);
        var width = _random.Next(2) == 0 ? sizeof(uint) : sizeof(ulong);
        for (var i = 0; i < width && at + i < bytes.Count; i++)
            bytes[at + i] = number[i];
    }
}
