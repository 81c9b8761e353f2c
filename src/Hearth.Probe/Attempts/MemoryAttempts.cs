using Hearth.Probe.Native;

namespace Hearth.Probe.Attempts;

/// <summary>Its own memory and threads: what makes a fault of the engine into code of an attacker's.</summary>
static unsafe class MemoryAttempts
{
    const int Read = 1, Write = 2, Execute = 4;
    const string CompilerWrites = "the runtime of a managed worker compiles code for as long as it runs";

    internal static readonly Attempt[] All =
    [
        new("map memory that can be written and executed", "code of its own, once it has a foot in the door", _ => Map(Read | Write | Execute, then: 0)) { AllowedBecause = CompilerWrites },
        new("make written memory executable", "the same in two steps", _ => Map(Read | Write, then: Read | Execute)) { AllowedBecause = CompilerWrites },
        new("memfd_create", "memory that is a file, to be mapped twice", _ =>
        {
            fixed (byte* name = "probe\0"u8)
                return Outcome.Opened(LibC.SystemCall(SystemCalls.MemoryFile, (nint)name, 1));
        })
        {
            AllowedBecause = "the runtime of a managed worker maps its code twice, to write and to run it; such a file can't be started as a program",
        },
        new("write its own memory through /proc/self/mem", "changed code, whatever the protection of its pages", _ => Outcome.Open("/proc/self/mem", LibC.ReadWrite)),
        new("change its own oom_score_adj", "a host that is ended in its place", _ => Outcome.Open("/proc/self/oom_score_adj", LibC.WriteOnly)),
        new("start a thread", "nothing: a thread is confined as the one that starts it", _ =>
        {
            Threads.ThreadKinds.OnThread(() => { });
            return Outcome.Possible;
        })
        {
            AllowedBecause = "a runtime has threads, and kernels compute on several",
        },
    ];

    static string Map(int protection, int then)
    {
        var memory = LibC.Map(null, LibC.Page, protection, LibC.PrivateAnonymous, -1, 0);
        // MAP_FAILED is the highest address, which no signed number holds.
        if (unchecked((nint)memory) == -1)
            return Outcome.Of(-1);
        var outcome = then == 0 ? Outcome.Possible : Outcome.Of(LibC.Protect(memory, LibC.Page, then));
        _ = LibC.Unmap(memory, LibC.Page);
        return outcome;
    }
}
