using Hearth.Inference.Constraints.Texts;

namespace Hearth.Inference.Constraints;

/// <summary>The bytes with which a character can begin, in 64 groups, one bit for each, so that one word says which of them a token has. Bytes inside a character are in none.</summary>
static class ByteGroups
{
    static readonly ulong[] Bits = [.. Enumerable.Range(0, 256).Select(Bit)];

    /// <summary>What a JSON string can't hold as it stands.</summary>
    internal static readonly ulong Control = Of(0);

    /// <summary>What ends a string, and what begins an escape in it.</summary>
    internal static readonly ulong Special = Of((byte)'"') | Of((byte)'\\');

    /// <summary>The group of a byte.</summary>
    internal static ulong Of(byte value) => Bits[value];

    /// <summary>The groups with which the UTF-8 of some characters begins.</summary>
    internal static ulong Of(CodeRanges characters)
    {
        var groups = 0UL;
        foreach (var (first, last) in characters.Ranges)
        {
            for (var lead = (int)Lead(first); lead <= Lead(last); lead++)
                groups |= Bits[lead];
        }

        return groups;
    }

    /// <summary>The first byte of a character.</summary>
    static byte Lead(int character) => character switch
    {
        < 0x80 => (byte)character,
        < 0x800 => (byte)(0xC0 | (character >> 6)),
        < 0x10000 => (byte)(0xE0 | (character >> 12)),
        _ => (byte)(0xF0 | (character >> 18)),
    };

    /// <summary>Signs and digits have a group each, letters one for two or four; U+2028, which patterns name often, has one with few others.</summary>
    static ulong Bit(int value) => value switch
    {
        < 0x20 => 1UL,
        <= '@' => 1UL << (value - 0x1F),
        <= 'Z' => 1UL << (34 + ((value - 'A') / 4)),
        <= '`' => 1UL << (41 + (value - '[')),
        <= 'z' => 1UL << (47 + ((value - 'a') / 2)),
        < 0x80 => 1UL << 60,
        < 0xC0 => 0,
        < 0xE0 => 1UL << 61,
        0xE2 => 1UL << 62,
        _ => 1UL << 63,
    };
}
