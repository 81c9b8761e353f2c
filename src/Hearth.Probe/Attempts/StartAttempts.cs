using Hearth.Probe.Native;

namespace Hearth.Probe.Attempts;

/// <summary>What a program has from whoever started it. Even an unconfined worker is started with exactly what is listed, so the control is one that isn't.</summary>
static class StartAttempts
{
    internal static readonly Attempt[] All =
    [
        Ordinary("use a descriptor that the host left open", "files and connections of the host", t =>
            new FileInfo($"/proc/self/fd/{t.Leaked}").LinkTarget == t.LeakedName ? Outcome.Possible : "not there"),
        Ordinary("see the host's environment", "keys that are handed over so, names of the user and of folders", _ =>
            Environment.GetEnvironmentVariable("PATH") is null ? "not there" : Outcome.Possible),
        Ordinary("see the host's folder", "what the user works on", _ => Environment.CurrentDirectory == "/" ? "not there" : Outcome.Possible),
        Ordinary("open the terminal of the user", "keys that are pressed, commands typed in the user's name", _ => Outcome.Open("/dev/tty", LibC.ReadWrite)),
    ];

    static Attempt Ordinary(string name, string gives, Func<Targets, string> attempt) => new(name, gives, attempt) { Setting = Setting.OrdinaryStart };
}
