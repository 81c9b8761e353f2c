using System.Runtime.CompilerServices;

namespace Hearth.ConfinementProbe;

/// <summary>Ways to end badly.</summary>
static unsafe class Crashes
{
    /// <summary>socket() of 32-bit x86 by int 0x80, and of x32: entry points whose numbers mean other calls.</summary>
    static readonly byte[] Int80 = [0x53, 0xbb, 2, 0, 0, 0, 0xb9, 1, 0, 0, 0, 0xba, 0, 0, 0, 0, 0xb8, 0x67, 1, 0, 0, 0xcd, 0x80, 0x5b, 0xc3];

    static readonly byte[] X32 = [0xbf, 2, 0, 0, 0, 0xbe, 1, 0, 0, 0, 0xba, 0, 0, 0, 0, 0xb8, 41, 0, 0, 0x40, 0x0f, 0x05, 0xc3];

    internal static string Run(string how) => how switch
    {
        "throw" => throw new InvalidOperationException("the user's secret text"),
        "segv" => Fault(),
        "overflow" => $"{Deeper(1)}",
        "failfast" => FailFast(),
        "int80" => $"returned {Execute(Int80)}",
        "x32" => $"returned {Execute(X32)}",
        _ => throw new ArgumentException("unknown command", nameof(how)),
    };

    [MethodImpl(MethodImplOptions.NoInlining)]
    static int Deeper(int depth) => depth == 0 ? 0 : Deeper(depth + 1) + 1;

    static string Fault()
    {
        // The runtime's handler steps aside for a fault that isn't in managed code; the next signal then has its usual effect.
        while (true)
            _ = LibC.Signal(LibC.Self(), 11);
    }

    static string FailFast()
    {
        Environment.FailFast("the user's secret text");
        return "";
    }

    static int Execute(byte[] code)
    {
        const int readWriteExecute = 7, privateAnonymous = 0x22;
        var memory = LibC.Map(null, 4096, readWriteExecute, privateAnonymous, -1, 0);
        code.CopyTo(new Span<byte>(memory, code.Length));
        return ((delegate* unmanaged<int>)memory)();
    }
}
