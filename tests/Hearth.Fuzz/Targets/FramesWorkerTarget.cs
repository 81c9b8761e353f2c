using Hearth.Workers.Protocol;

namespace Hearth.Fuzz.Targets;

/// <summary>What a host sends to a worker whose model is loaded at once.</summary>
static class FramesWorkerTarget
{
    internal static void Run(ReadOnlySpan<byte> input)
    {
        var inbox = new WorkerInbox();
        Frames.ReadAll(input, frame =>
        {
            if (inbox.Accept(frame).Kind == FrameKind.Load)
                inbox.EngineIsReady();
        });
    }
}
