using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Hearth.Probe;
using Hearth.Probe.Native;

namespace Hearth.ConfinementProbe;

/// <summary>Sends what it is told to, to addresses of the loopback interface only; answers each line of standard input with one.</summary>
static class TrafficSource
{
    const nuint GetInterfaceFlags = 0x8913, SetInterfaceFlags = 0x8914;
    const int FlagsOffset = 16, InterfaceUp = 1, RequestBytes = 40, PacketFamily = 17;

    /// <summary>TCP_INFO, and where in <c>struct tcp_info</c> the bytes stand that were sent again.</summary>
    const int TcpFacts = 11, TcpFactsBytes = 216, TcpSentAgain = 208;

    static readonly List<Socket> Kept = [];

    internal static async Task<int> RunAsync()
    {
        // The runtime makes a socket of each family once, to see whether it can.
        Console.WriteLine($"ready {Socket.OSSupportsIPv4} {Socket.OSSupportsIPv6}");
        while (await Console.In.ReadLineAsync() is { } line)
            Console.WriteLine(Answer(line.Split(' ')));
        return 0;
    }

    static string Answer(string[] words) => words[0] switch
    {
        "up" => BringUp(),
        "hold" => Hold(),
        "packets" => Outcome.Of(LibC.Socket(PacketFamily, (int)SocketType.Raw, 0)),
        "datagrams" => Datagrams(words[1] == "6", int.Parse(words[2], null), int.Parse(words[3], null), int.Parse(words[4], null)),
        "held" => Held(int.Parse(words[1], null), int.Parse(words[2], null)),
        "stream" => Stream(words[1] == "6", int.Parse(words[2], null), int.Parse(words[3], null)),
        "leave" => $"{LibC.Unshare(int.Parse(words[1], null))}",
        "name" => SetName(string.Join(' ', words[1..])),
        _ => "unknown",
    };

    /// <summary>The loopback interface of a new network namespace is down.</summary>
    static unsafe string BringUp()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var request = stackalloc byte[RequestBytes];
        new Span<byte>(request, RequestBytes).Clear();
        "lo"u8.CopyTo(new Span<byte>(request, RequestBytes));
        var descriptor = (int)socket.Handle;
        var flags = new Span<byte>(request + FlagsOffset, sizeof(short));
        if (LibC.DeviceControl(descriptor, GetInterfaceFlags, request) != 0)
            return Outcome.Of(-1);
        BinaryPrimitives.WriteInt16LittleEndian(flags, (short)(BinaryPrimitives.ReadInt16LittleEndian(flags) | InterfaceUp));
        return Outcome.Of(LibC.DeviceControl(descriptor, SetInterfaceFlags, request));
    }

    static string Hold()
    {
        Kept.Add(new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        return "OK";
    }

    /// <summary>Port 0: to a socket of its own, from which they are read again.</summary>
    static string Datagrams(bool six, int count, int bytes, int port)
    {
        var loopback = six ? IPAddress.IPv6Loopback : IPAddress.Loopback;
        using var receiver = new Socket(loopback.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        if (port == 0)
        {
            receiver.Bind(new IPEndPoint(loopback, 0));
            port = ((IPEndPoint)receiver.LocalEndPoint!).Port;
            return Exchange(receiver, new(loopback, port), count, bytes);
        }

        using var sender = new Socket(loopback.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        for (var i = 0; i < count; i++)
            sender.SendTo(new byte[bytes], new IPEndPoint(loopback, port));
        return "OK";
    }

    static string Exchange(Socket receiver, IPEndPoint target, int count, int bytes)
    {
        using var sender = new Socket(target.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        var buffer = new byte[bytes];
        for (var i = 0; i < count; i++)
        {
            sender.SendTo(new byte[bytes], target);
            if (receiver.Receive(buffer) != bytes)
                return "short";
        }

        return "OK";
    }

    static string Held(int bytes, int port) => Kept[0].SendTo(new byte[bytes], new IPEndPoint(IPAddress.Loopback, port)) == bytes ? "OK" : "short";

    /// <summary>Answers how many bytes were sent more than once, which happens on a busy machine.</summary>
    static string Stream(bool six, int bytes, int port)
    {
        var loopback = six ? IPAddress.IPv6Loopback : IPAddress.Loopback;
        using var socket = new Socket(loopback.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(loopback, port);
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode.ToString();
        }

        for (var sent = 0; sent < bytes;)
            sent += socket.Send(new byte[bytes - sent]);
        socket.Shutdown(SocketShutdown.Send);
        // The peer closes when it has everything.
        if (socket.Receive(new byte[1]) != 0)
            return "more";
        Span<byte> facts = stackalloc byte[TcpFactsBytes];
        socket.GetRawSocketOption((int)SocketOptionLevel.Tcp, TcpFacts, facts);
        return $"OK {BinaryPrimitives.ReadUInt64LittleEndian(facts[TcpSentAgain..])}";
    }

    static unsafe string SetName(string name)
    {
        const int setName = 15;
        var text = Marshal.StringToCoTaskMemUTF8(name.Replace("\\e", "\e", StringComparison.Ordinal));
        try
        {
            return Outcome.Of(LibC.Control(setName, text));
        }
        finally
        {
            Marshal.FreeCoTaskMem(text);
        }
    }
}
