using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Hearth.Probe.Native;
using Hearth.Probe.Threads;

namespace Hearth.Probe;

/// <summary>
/// The other side of the attempts: listens on loopback and has memory that could be read, as another program of the user's. It also tells the host the table of attempts.
/// </summary>
static class Target
{
    const int MayTrace = 0x59616d61;

    /// <summary>A line of the host's: the folder and the name of the socket without a path. Ends with the link.</summary>
    internal static void Serve(Stream link)
    {
        // Some systems let nobody trace a process of the same user; the control would then fail for that reason.
        _ = LibC.Control(MayTrace, -1);
        using var reader = new StreamReader(link, Encoding.UTF8, leaveOpen: true);
        if (reader.ReadLine()?.Split('\t') is not [var folder, var abstractName])
            return;

        using var tcp = new TcpListener(IPAddress.Loopback, 0);
        tcp.Start();
        using var udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var byPath = Listen(Path.Combine(folder, "listener"));
        using var withoutPath = Listen($"\0{abstractName}");
        _ = AnswerAsync(tcp);

        foreach (var (group, attempts) in AttemptTable.Groups)
        {
            foreach (var a in attempts)
            {
                var threads = a.Setting == Setting.EveryThread ? ThreadKinds.Count : 1;
                Lines.Write(link, "attempt", group, a.Name, a.Gives, $"{a.Setting}", a.AllowedBecause ?? "", Text(threads));
            }
        }

        // Pinned for the life of the process.
        var memory = GC.AllocateArray<long>(1, pinned: true);
        Lines.Write(
            link, "ready", Text(((IPEndPoint)tcp.LocalEndpoint).Port), Text(((IPEndPoint)udp.Client.LocalEndPoint!).Port),
            Text(Marshal.UnsafeAddrOfPinnedArrayElement(memory, 0)), RuntimeFeature.IsDynamicCodeSupported ? "managed" : "native");
        _ = reader.ReadToEnd();
        GC.KeepAlive(memory);
    }

    static Socket? Listen(string name)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(name));
            socket.Listen(100);
            return socket;
        }
        catch (Exception e) when (e is ArgumentException or SocketException)
        {
            // A path that is too long for an address, or a file system without sockets: the control run will show that this discriminates nothing here.
            socket.Dispose();
            return null;
        }
    }

    /// <summary>One answer for every question, whatever was asked; whoever only wanted to connect asks nothing.</summary>
    static async Task AnswerAsync(TcpListener listener)
    {
        var answer = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"u8.ToArray();
        var question = new byte[4096];
        while (true)
        {
            using var client = await listener.AcceptTcpClientAsync();
            try
            {
                if (await client.GetStream().ReadAsync(question) > 0)
                    await client.GetStream().WriteAsync(answer);
            }
            catch (IOException)
            {
                // Gone already.
            }
        }
    }

    static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}
