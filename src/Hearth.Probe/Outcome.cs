using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Hearth.Probe.Native;

namespace Hearth.Probe;

/// <summary>How an attempt went, in a word.</summary>
static class Outcome
{
    internal const string Possible = "OK";

    /// <summary>Of a call that answers minus one and sets an error number.</summary>
    internal static string Of(nint result) => result >= 0 ? Possible : Errors.Name(Marshal.GetLastPInvokeError());

    /// <summary>Of a call that opens a descriptor, which is closed again.</summary>
    internal static string Opened(nint descriptor)
    {
        var outcome = Of(descriptor);
        if (descriptor >= 0)
            _ = LibC.Close((int)descriptor);
        return outcome;
    }

    /// <summary>
    /// Of a call whose arguments the kernel has to refuse, so that nothing happens: these errors are its own, so the call got through to it.
    /// </summary>
    internal static string Reached(nint result, params ReadOnlySpan<int> errors)
        => result < 0 && errors.Contains(Marshal.GetLastPInvokeError()) ? Possible : Of(result);

    /// <summary>Of code that throws where it fails.</summary>
    internal static string Managed(Action attempt)
    {
        try
        {
            attempt();
            return Possible;
        }
        catch (Exception e)
        {
            return e.GetBaseException() switch
            {
                // A resolver without files and sockets says "try again"; that number of a call would mean something else.
                SocketException { SocketErrorCode: SocketError.TryAgain or SocketError.HostNotFound } => "not resolved",
                SocketException { NativeErrorCode: > 0 } socket => Errors.Name(socket.NativeErrorCode),
                Win32Exception { NativeErrorCode: > 0 } start => Errors.Name(start.NativeErrorCode),
                // What lies beneath an UnauthorizedAccessException, and what .NET makes of most other errors: the number is in it.
                IOException { HResult: > 0 } file => Errors.Name(file.HResult),
                var other => other.GetType().Name,
            };
        }
    }

    /// <summary>Opens a path.</summary>
    internal static string Open(string path, int flags = LibC.ReadOnly) => Opened(LibC.Open(path, flags, LibC.OwnerOnly));

    /// <summary>Opens a path and takes the first byte out of it.</summary>
    internal static unsafe string Read(string path)
    {
        var descriptor = LibC.Open(path, LibC.ReadOnly, 0);
        if (descriptor < 0)
            return Of(descriptor);
        byte first;
        var outcome = Of(LibC.Read(descriptor, &first, 1));
        _ = LibC.Close(descriptor);
        return outcome;
    }
}
