using Hearth.Probe.Native;

namespace Hearth.Probe.Attempts;

/// <summary>Memory, semaphores and queues by number or name: channels to a helper. What is made is removed again.</summary>
static unsafe class SharedMemoryAttempts
{
    const int Private = 0, Bytes = 4096, Create = 0x42;

    internal static readonly Attempt[] All =
    [
        new("shmget", "memory that it shares with a helper", _ => Made(LibC.SystemCall(SystemCalls.SharedGet, Private, Bytes, LibC.OwnerOnly), SystemCalls.SharedControl)),
        new("semget", "signs for a helper", _ => Made(LibC.SystemCall(SystemCalls.SemaphoreGet, Private, 1, LibC.OwnerOnly), SystemCalls.SemaphoreControl)),
        new("msgget", "messages for a helper", _ => Made(LibC.SystemCall(SystemCalls.QueueGet, Private, LibC.OwnerOnly), SystemCalls.QueueControl)),
        new("mq_open", "messages for a helper", _ => NamedQueue()) { Setting = Setting.OrdinaryStart },
    ];

    /// <summary>The command to remove is 0 for all three, and where it stands among the arguments nothing else does.</summary>
    static string Made(nint id, nint control)
    {
        var outcome = Outcome.Of(id);
        if (id >= 0)
            _ = LibC.SystemCall(control, id, 0, 0);
        return outcome;
    }

    static string NamedQueue()
    {
        fixed (byte* name = "hearth-probe\0"u8)
        {
            var outcome = Outcome.Opened(LibC.SystemCall(SystemCalls.MessageQueueOpen, (nint)name, Create, LibC.OwnerOnly, 0));
            if (outcome == Outcome.Possible)
                _ = LibC.SystemCall(SystemCalls.MessageQueueUnlink, (nint)name);
            return outcome;
        }
    }
}
