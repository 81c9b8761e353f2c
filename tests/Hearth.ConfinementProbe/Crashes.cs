using System.Runtime.CompilerServices;
using Hearth.Probe.Native;

namespace Hearth.ConfinementProbe;

/// <summary>Ways to end badly.</summary>
static class Crashes
{
    internal static string Run(string how) => how switch
    {
        "throw" => throw new InvalidOperationException("the user's secret text"),
        "segv" => Fault(),
        "overflow" => $"{Deeper(1)}",
        "failfast" => FailFast(),
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
}
