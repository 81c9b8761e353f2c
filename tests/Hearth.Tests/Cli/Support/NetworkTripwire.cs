using System.Collections.Concurrent;
using Hearth.Confinement;
using Hearth.Confinement.Egress;
using Hearth.Confinement.Linux;
using Microsoft.Win32.SafeHandles;

namespace Hearth.Tests.Cli.Support;

/// <summary>Runs a program in a network of its own, under a filter that is its children's too: whoever of them makes or connects a socket, of whatever family, waits, is told here and denied.</summary>
sealed class NetworkTripwire : IDisposable
{
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    readonly ConcurrentQueue<string> _tried = new();
    readonly Tripwire _tripwire;
    readonly ChildReaper _reaper;
    readonly int _process;

    NetworkTripwire(string[] line, IEnumerable<string> environment, string[] watched)
    {
        var (id, listener) = Start(line, environment, watched);
        var (lastWords, standardError) = DescriptorTable.Pipe();
        standardError.Dispose();
        _tripwire = new(listener, id, new() { Executable = line[0], OnDenied = Note });
        _reaper = new(id, lastWords);
        _process = id;
    }

    /// <summary>Runs a command line of a shell to its end.</summary>
    /// <returns>Its exit code, and what was tried: the call, the family, and the command line of the process.</returns>
    internal static Task<(int? Code, string[] Tried)> RunAsync(string shell, string[] words, IEnumerable<string> environment)
        => RunAsync(shell, words, environment, ["socket", "connect"], _ => Task.CompletedTask);

    /// <summary>The same for one that listens.</summary>
    /// <param name="shell">The line.</param>
    /// <param name="words">Its words, from $0 on.</param>
    /// <param name="environment">Its whole environment.</param>
    /// <param name="watched">The calls that are told and denied.</param>
    /// <param name="beside">What is done while it runs, outside of the filter, with the number of its process.</param>
    internal static async Task<(int? Code, string[] Tried)> RunAsync(string shell, string[] words, IEnumerable<string> environment, string[] watched, Func<int, Task> beside)
    {
        Assert.SkipUnless(Environment.UserName == "root", "a network namespace of its own needs root and unshare");
        using var run = new NetworkTripwire(["/bin/bash", "-c", shell, .. words], environment, watched);
        await beside(run._process);
        var exit = await run._reaper.Exit.WaitAsync(Limit, TestContext.Current.CancellationToken);
        return (exit.Code, [.. run._tried]);
    }

    public void Dispose()
    {
        _reaper.Kill();
        _tripwire.Dispose();
    }

    void Note(DeniedCall call)
    {
        var line = ProcFile.Read(call.Thread, "cmdline")?.Replace('\0', ' ') ?? "";
        // The shell itself asks a service of the machine what its user is called.
        if (!line.StartsWith("/bin/bash ", StringComparison.Ordinal))
            _tried.Enqueue($"{call.Call} {call.Family}: {line}");
    }

    static unsafe (int Id, SafeFileHandle Listener) Start(string[] line, IEnumerable<string> environment, string[] watched)
    {
        var calls = SystemCalls.Current;
        var filter = BpfProgram.For(calls).Answer(calls.Of(watched), BpfProgram.Notify).AllowTheRest();
        using var arena = new NativeArena();
        fixed (BpfInstruction* code = filter)
        {
            var header = new BpfHeader { Length = (ushort)filter.Length, Code = code };
            Trampoline.Step[] steps =
            [
                new("making a network", (nint)calls["unshare"], LibC.NewNetwork),
                new("giving up new privileges", (nint)calls["prctl"], LibC.NoNewPrivileges, 1),
                new("installing the tripwire", (nint)calls["seccomp"], Seccomp.SetFilter, Seccomp.NewListener | Seccomp.WaitKillable, (nint)(&header)),
            ];
            var answers = new int[steps.Length];
            var id = Trampoline.Start(steps, new() { Path = arena.Text(line[0]), Arguments = arena.Texts(line), Environment = arena.Texts([.. environment]) }, answers);
            return (id, new(answers[^1], ownsHandle: true));
        }
    }
}
