using System.Collections.Concurrent;
using Hearth.Confinement;
using Hearth.Confinement.Egress;
using Hearth.Confinement.Linux;
using Microsoft.Win32.SafeHandles;

namespace Hearth.Tests.Cli.Support;

/// <summary>Runs a program in a network without addresses, under a filter that is its children's too: whoever of them makes or connects a socket, of whatever family, waits, is told here and denied.</summary>
sealed class NetworkTripwire : IDisposable
{
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    readonly ConcurrentQueue<string> _tried = new();
    readonly Tripwire _tripwire;
    readonly ChildReaper _reaper;

    NetworkTripwire(string[] line, IEnumerable<string> environment)
    {
        var (id, listener) = Start(line, environment);
        var (lastWords, standardError) = DescriptorTable.Pipe();
        standardError.Dispose();
        _tripwire = new(listener, id, new() { Executable = line[0], OnDenied = Note });
        _reaper = new(id, lastWords);
    }

    /// <summary>Runs a command line of a shell to its end.</summary>
    /// <returns>Its exit code, and what was tried: the call, the family, and the command line of the process.</returns>
    internal static async Task<(int? Code, string[] Tried)> RunAsync(string shell, string[] words, IEnumerable<string> environment)
    {
        Assert.SkipUnless(Environment.UserName == "root", "a network namespace of its own needs root and unshare");
        using var run = new NetworkTripwire(["/bin/bash", "-c", shell, .. words], environment);
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

    static unsafe (int Id, SafeFileHandle Listener) Start(string[] line, IEnumerable<string> environment)
    {
        var calls = SystemCalls.Current;
        var filter = BpfProgram.For(calls).Answer(calls.Of(["socket", "connect"]), BpfProgram.Notify).AllowTheRest();
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
