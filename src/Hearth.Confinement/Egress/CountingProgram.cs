using static Hearth.Confinement.Egress.EbpfInstruction;

namespace Hearth.Confinement.Egress;

/// <summary>The programs that count in the kernel. They add to numbers and allow everything: no helper is called, no packet is looked into.</summary>
static class CountingProgram
{
    /// <summary>The numbers, each of 64 bits: four over other interfaces, the same four over the loopback one, then the calls.</summary>
    internal const int BytesOut = 0, PacketsOut = 1, BytesIn = 2, PacketsIn = 3, OfLoopback = 4, Sockets = 8, Connects = 9, Sends = 10, Numbers = 11;

    /// <summary>Types of programs and the places where they are attached (<c>enum bpf_prog_type</c>, <c>enum bpf_attach_type</c>).</summary>
    const int PacketProgram = 8, SocketProgram = 9, AddressProgram = 18;
    const int Ingress = 0, SocketCreate = 2, Connect4 = 10, Connect6 = 11, SendMessage4 = 14, SendMessage6 = 15;

    internal const int Egress = 1;

    /// <summary>Offsets in <c>struct __sk_buff</c>.</summary>
    const short Length = 0, InterfaceIndex = 40;

    /// <summary>The loopback interface is the first of every namespace.</summary>
    const int LoopbackIndex = 1;

    const int Allow = 1;

    /// <summary>All programs that count into a map, with their type and their place.</summary>
    internal static IEnumerable<(int Type, int Place, EbpfInstruction[] Code)> All(int map) =>
    [
        (PacketProgram, Egress, Packets(map, BytesOut, PacketsOut)),
        (PacketProgram, Ingress, Packets(map, BytesIn, PacketsIn)),
        (SocketProgram, SocketCreate, Calls(map, Sockets)),
        (AddressProgram, Connect4, Calls(map, Connects)),
        (AddressProgram, Connect6, Calls(map, Connects)),
        (AddressProgram, SendMessage4, Calls(map, Sends)),
        (AddressProgram, SendMessage6, Calls(map, Sends)),
    ];

    // A program begins with its context in register 1 and ends with its answer in register 0.
    static EbpfInstruction[] Packets(int map, int bytes, int packets) =>
    [
        Load32(2, 1, Length),
        Load32(5, 1, InterfaceIndex),
        Set(4, 1),
        .. Address(3, map, 0),
        SkipUnlessEqual(5, LoopbackIndex, 1),
        Add(3, OfLoopback * sizeof(long)),
        AtomicAdd64(3, (short)(bytes * sizeof(long)), 2),
        AtomicAdd64(3, (short)(packets * sizeof(long)), 4),
        Set(0, Allow),
        Exit,
    ];

    static EbpfInstruction[] Calls(int map, int number) =>
    [
        .. Address(3, map, number * sizeof(long)),
        Set(4, 1),
        AtomicAdd64(3, 0, 4),
        Set(0, Allow),
        Exit,
    ];
}
