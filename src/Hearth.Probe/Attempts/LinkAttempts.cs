using System.Runtime.InteropServices;
using Hearth.Probe.Native;

namespace Hearth.Probe.Attempts;

/// <summary>What else than reading and writing could be done with the one socket that a worker has, the link to its host.</summary>
static unsafe class LinkAttempts
{
    const int DontWait = 0x40, Peek = 2, SocketLevel = 1, PassRights = 1, PeerCredentials = 17, AttachFilter = 26, DetachFilter = 27;
    const int MessageBytes = 56, ControlBytes = 24;

    /// <summary>SIOCGIFCONF: the interfaces with their addresses.</summary>
    const nuint ListInterfaces = 0x8912;

    internal static readonly Attempt[] All =
    [
        new("connect on the link", "another peer than the host", t =>
        {
            var address = stackalloc byte[16];
            new Span<byte>(address, 16).Clear();
            (address[0], address[2], address[3], address[4], address[7]) = (2, (byte)(t.TcpPort >> 8), (byte)(t.TcpPort & 0xff), 127, 1);
            return Outcome.Of(LibC.Connect(LibC.Link, address, 16));
        }),
        new("send on the link", "flags of a message that writing doesn't have", _ =>
        {
            // A line feed is all that goes over the link: the host skips empty lines.
            var nothing = (byte)'\n';
            return Outcome.Of(LibC.Send(LibC.Link, &nothing, 1, DontWait));
        }),
        new("recv on the link", "flags of a message that reading doesn't have", _ =>
        {
            byte first;
            return Outcome.Reached(LibC.Receive(LibC.Link, &first, 1, DontWait | Peek), Errors.TryAgain);
        }),
        new("pass a descriptor over the link (SCM_RIGHTS)", "a helper elsewhere that gets what it has open", _ => PassDescriptor()),
        new("take a descriptor from the link (SCM_RIGHTS)", "files and sockets that somebody hands in later", _ =>
        {
            var message = stackalloc byte[MessageBytes];
            new Span<byte>(message, MessageBytes).Clear();
            return Outcome.Reached(LibC.ReceiveMessage(LibC.Link, message, DontWait), Errors.TryAgain);
        }),
        new("list network interfaces on the link", "the addresses of this machine, by which it can be told from others", _ =>
        {
            var list = stackalloc byte[64];
            new Span<byte>(list, 64).Clear();
            return Outcome.Of(LibC.DeviceControl(LibC.Link, ListInterfaces, list));
        }),
        new("attach a filter program to the link", "code of its own in the kernel", _ => Attach()),
        new("ask the link who is at its other end", "the user, and a handle on the host", _ =>
        {
            var who = stackalloc int[3];
            var length = 3 * sizeof(int);
            return Outcome.Of(LibC.GetOption(LibC.Link, SocketLevel, PeerCredentials, (byte*)who, &length));
        }),
    ];

    /// <summary>struct msghdr with one struct iovec and one struct cmsghdr that holds descriptor 1 (recvmsg(2), cmsg(3)).</summary>
    static string PassDescriptor()
    {
        var nothing = (byte)'\n';
        var part = stackalloc nint[] { (nint)(&nothing), 1 };
        var control = stackalloc byte[ControlBytes];
        new Span<byte>(control, ControlBytes).Clear();
        *(long*)control = ControlBytes - sizeof(int);
        ((int*)control)[2] = SocketLevel;
        ((int*)control)[3] = PassRights;
        ((int*)control)[4] = 1;
        var message = stackalloc nint[MessageBytes / sizeof(long)];
        new Span<nint>(message, MessageBytes / sizeof(long)).Clear();
        (message[2], message[3], message[4], message[5]) = ((nint)part, 1, (nint)control, ControlBytes);
        return Outcome.Of(LibC.SendMessage(LibC.Link, (byte*)message, DontWait));
    }

    /// <summary>A program of one instruction, which lets everything pass.</summary>
    static string Attach()
    {
        var acceptAll = stackalloc uint[] { 6, uint.MaxValue };
        var program = stackalloc byte[16];
        new Span<byte>(program, 16).Clear();
        *(ushort*)program = 1;
        *(uint**)(program + 8) = acceptAll;
        var result = LibC.SetOption(LibC.Link, SocketLevel, AttachFilter, program, 16);
        var error = Marshal.GetLastPInvokeError();
        if (result == 0)
            _ = LibC.SetOption(LibC.Link, SocketLevel, DetachFilter, program, sizeof(int));
        Marshal.SetLastPInvokeError(error);
        return Outcome.Of(result);
    }
}
