using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hearth.Probe.Native;

/// <summary>Makes a process by a bare system call. The child makes one more call and ends.</summary>
static unsafe class Children
{
    /// <summary>The child was made; its call was not let through.</summary>
    internal const string Refused = "refused in the child";

    const int ChildSignal = 17;

    static readonly delegate* unmanaged[SuppressGCTransition]<nint, nint, nint, nint, nint, nint, nint> Call =
        (delegate* unmanaged[SuppressGCTransition]<nint, nint, nint, nint, nint, nint, nint>)NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "syscall");

    internal static string Fork(nint number = 0, nint argument = 0) => Run(() => Make(SystemCalls.Fork, 0, 0, number, argument));

    internal static string Clone(int flags = 0) => Run(() => Make(SystemCalls.Clone, ChildSignal | flags, 0, 0, 0));

    internal static string Clone3()
    {
        const int size = 64, exitSignal = 4;
        var arguments = stackalloc ulong[size / sizeof(ulong)];
        new Span<ulong>(arguments, size / sizeof(ulong)).Clear();
        arguments[exitSignal] = ChildSignal;
        var address = (nint)arguments;
        return Run(() => Make(SystemCalls.Clone3, address, size, 0, 0));
    }

    static string Run(Func<(int Child, int Error)> make)
    {
        var (child, error) = make();
        if (child < 0)
            return Errors.Name(error);
        var status = 0;
        _ = LibC.Wait(child, &status, 0);
        return status == 0 ? Outcome.Possible : Refused;
    }

    /// <summary>
    /// In the child no other thread exists, so nothing may be called that waits for one: no allocation, no transition to unmanaged code. It ends with 1
    /// where its one call failed, otherwise with 0.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static (int Child, int Error) Make(nint call, nint a, nint b, nint number, nint argument)
    {
        var child = Call(call, a, b, 0, 0, 0);
        if (child == 0)
        {
            var failed = number != 0 && Call(number, argument, 0, 0, 0, 0) < 0;
            _ = Call(SystemCalls.ExitGroup, failed ? 1 : 0, 0, 0, 0, 0);
        }

        return ((int)child, child < 0 ? Marshal.GetLastSystemError() : 0);
    }
}
