using System.Text;
using Hearth.Probe.Native;
using Hearth.Probe.Threads;

namespace Hearth.Probe;

/// <summary>Makes attempts. One line of the host's: the targets, then the names of attempts, or none for all; a line of ours for each attempt and kind of thread.</summary>
static class Prober
{
    /// <param name="input">The host's line.</param>
    /// <param name="output">Ours.</param>
    /// <param name="whenLoaded">Called where a worker has loaded its model: the moment to give up what only loading needed.</param>
    internal static void Serve(Stream input, Stream output, Action? whenLoaded)
    {
        // What is tried on the main thread is tried by this one.
        if (Environment.CurrentManagedThreadId != 1)
            throw new InvalidOperationException("This isn't the main thread.");
        using var reader = new StreamReader(input, Encoding.UTF8, leaveOpen: true);
        if (reader.ReadLine()?.Split('\t') is not { } words)
            return;
        var targets = Targets.From(words.AsSpan(0, Targets.Words));
        var attempts = Chosen(words[Targets.Words..]);
        MachineCode.Load();
        // A model file that takes the worker over while it is read finds it as it is now.
        if (ThreadKinds.HasLoading)
            Array.ForEach(attempts, attempt => MakeWhileLoading(attempt, targets, output));
        whenLoaded?.Invoke();
        Array.ForEach(attempts, attempt => Make(attempt, targets, output));
        Lines.Write(output, "end");
    }

    static Attempt[] Chosen(string[] names)
        => [.. names.Length == 0 ? AttemptTable.All.Where(a => a.Setting != Setting.OwnProcess) : names.Select(name => AttemptTable.All.First(a => a.Name == name))];

    static void MakeWhileLoading(Attempt attempt, Targets targets, Stream output)
    {
        if (attempt.Setting == Setting.EveryThread)
            Lines.Write(output, "result", attempt.Name, "loading", attempt.Try(targets));
    }

    static void Make(Attempt attempt, Targets targets, Stream output)
    {
        // Whoever ends now ends because of the attempt.
        if (attempt.Setting == Setting.OwnProcess)
            Lines.Write(output, "trying");
        Lines.Write(output, "result", attempt.Name, "main", attempt.Try(targets));
        if (attempt.Setting != Setting.EveryThread)
            return;
        foreach (var (kind, run) in ThreadKinds.Others)
        {
            string? outcome = null;
            run(() => outcome = attempt.Try(targets));
            Lines.Write(output, "result", attempt.Name, kind, outcome ?? throw new InvalidOperationException($"The attempt '{attempt.Name}' was never made from the kind of thread '{kind}'."));
        }
    }
}
