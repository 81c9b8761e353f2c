namespace Hearth.Confinement.Linux;

/// <summary>What only an attempt can tell: tried on a thread that ends at once, so that nothing of this process changes.</summary>
static unsafe class Attempts
{
    /// <summary>Zero if a network namespace can be made, otherwise minus the error number.</summary>
    internal static int OwnNetwork() => OnThread(static () => Answer(LibC.SystemCall((nint)SystemCalls.Current["unshare"], LibC.NewNetwork)));

    /// <summary>Zero if a filter can have a listener, otherwise minus the error number.</summary>
    internal static int Tripwire() => OnThread(static () =>
    {
        if (LibC.Control(LibC.NoNewPrivileges, 1) != 0)
            return Answer(-1);
        var everything = new BpfInstruction(BpfProgram.Return, 0, 0, BpfProgram.Allow);
        var header = new BpfHeader { Length = 1, Code = &everything };
        var listener = LibC.SystemCall((nint)SystemCalls.Current["seccomp"], Seccomp.SetFilter, Seccomp.NewListener | Seccomp.WaitKillable, (nint)(&header));
        if (listener >= 0)
            _ = LibC.Close((int)listener);
        return Answer(listener);
    });

    static int Answer(nint result) => result >= 0 ? 0 : -System.Runtime.InteropServices.Marshal.GetLastPInvokeError();

    static int OnThread(Func<int> attempt)
    {
        var answer = 0;
        var thread = new Thread(() => answer = attempt()) { IsBackground = true, Name = "hearth-attempt" };
        thread.Start();
        thread.Join();
        return answer;
    }
}
