using Hearth.Probe.Native;

namespace Hearth.Probe.Attempts;

/// <summary>Signals to other processes. Number 0 asks whether one could be sent, and sends none.</summary>
static class SignalAttempts
{
    const int Ask = 0;

    internal static readonly Attempt[] All =
    [
        new("signal the host", "a host that is ended or stopped", _ => Outcome.Of(LibC.Signal(LibC.Parent(), Ask))),
        new("signal another process", "programs that are ended or stopped", t => Outcome.Of(LibC.Signal(t.Victim, Ask))),
        new("signal a thread of another process", "the same by another call", t => Outcome.Of(LibC.SystemCall(SystemCalls.SendThreadSignal, t.Victim, t.Victim, Ask))),
        new("signal another process (pidfd_send_signal)", "the same by another call", t =>
        {
            var process = LibC.Open($"/proc/{t.Victim}", LibC.Folder, 0);
            if (process < 0)
                return Outcome.Of(process);
            var outcome = Outcome.Of(LibC.SystemCall(SystemCalls.SendPidfdSignal, process, Ask));
            _ = LibC.Close(process);
            return outcome;
        }),
    ];
}
