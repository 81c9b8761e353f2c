using System.Diagnostics;
using System.Globalization;
using System.Text;
using Hearth.Requests.Models;
using Hearth.Workers.Client;

namespace Hearth.Workers.Verification;

/// <summary>Makes all attempts twice, with a probe that is confined as a worker is and with one that isn't, and judges them.</summary>
sealed class EscapeSuite : IDisposable
{
    /// <summary>It takes a second or two, on a busy machine far longer; only a probe that hangs takes all of it.</summary>
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    readonly WorkerProgram _program;
    readonly IProgress<LoadProgress>? _progress;
    readonly CancellationTokenSource _limit;
    readonly CancellationTokenSource _stop;
    readonly Scene _scene = new();
    readonly Dictionary<(string Name, string Thread), string> _confined = [], _control = [];
    int _made, _planned;
    long? _denied;

    internal EscapeSuite(WorkerProgram program, TimeProvider clock, IProgress<LoadProgress>? progress, CancellationToken cancellationToken)
    {
        (_program, _progress) = (program, progress);
        _limit = new(Limit, clock);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token, cancellationToken);
    }

    CancellationToken Stop => _stop.Token;

    /// <summary>The kind of the probe, what became of every attempt, and how many calls the tripwire counted.</summary>
    internal async Task<(string Kind, List<VerifiedAttempt> Attempts, long? Denied)> RunAsync()
    {
        try
        {
            using var target = ProbeProcess.Start(_program, "target", [], confine: false);
            var (table, targets, kind) = await OpenAsync(target);
            _planned = 2 * table.Sum(row => row.Threads);
            foreach (var confine in (bool[])[true, false])
            {
                _scene.Prepare();
                await MakeAsync(confine, targets, [], confine ? _confined : _control);
                foreach (var row in table.Where(row => row.Setting == ProbeRow.OwnProcess))
                    await MakeAsync(confine, targets, [row.Name], confine ? _confined : _control);
            }

            await MakeOrdinarilyAsync(targets, table.Where(row => row.Setting == ProbeRow.OrdinaryStart).Select(row => row.Name));
            return (kind, [.. table.Select(Judge)], _denied);
        }
        catch (OperationCanceledException) when (_limit.IsCancellationRequested)
        {
            throw ProbeProcess.Fault($"The probe of the confinement was not done after {Limit.TotalSeconds:F0} seconds; it had made {_made} of {_planned} attempts.");
        }
    }

    public void Dispose()
    {
        _scene.Dispose();
        _stop.Dispose();
        _limit.Dispose();
    }

    /// <summary>Lets the other side open its listeners; it answers with the table of attempts and with where to find it.</summary>
    async Task<(List<ProbeRow> Table, string[] Targets, string Kind)> OpenAsync(ProbeProcess target)
    {
        await target.TellAsync([_scene.Folder, _scene.AbstractName], Stop);
        var table = new List<ProbeRow>();
        while (true)
        {
            switch (await target.MustHearAsync(Stop))
            {
                case ["attempt", .. var words] when ProbeRow.From(words) is { } row:
                    table.Add(row);
                    break;
                case ["ready", var tcp, var udp, var address, var kind]:
                    var (number, name) = _scene.Leaked;
                    return (table, [tcp, udp, _scene.AbstractName, _scene.Folder, Text(target.Id), address, Text(number), name], kind);
                case var other:
                    throw Unknown(other);
            }
        }
    }

    /// <summary>Attempts in a process of their own, started as a worker is: those that are named, or all that don't need one each.</summary>
    async Task MakeAsync(bool confine, string[] targets, string[] names, Dictionary<(string, string), string> outcomes)
    {
        using var probe = ProbeProcess.Start(_program, "attempt", _scene.Model.Parts, confine);
        await probe.TellAsync([.. targets, .. names], Stop);
        var trying = false;
        while (true)
        {
            var line = trying ? await probe.HearAsync(Stop) : await probe.MustHearAsync(Stop);
            switch (line)
            {
                case ["trying"]:
                    trying = true;
                    break;
                case ["result", var name, var thread, var outcome]:
                    Note(outcomes, name, thread, outcome);
                    break;
                case ["end"]:
                    AddDenied(probe);
                    return;
                case null:
                    // It became another program, which has ended, or it was ended by the kernel.
                    var exit = await probe.EndAsync(Stop);
                    Note(outcomes, names[0], "main", exit.Code == 0 ? "OK" : $"{exit}");
                    AddDenied(probe);
                    return;
                default:
                    throw Unknown(line);
            }
        }
    }

    void AddDenied(ProbeProcess probe)
    {
        if (probe.DeniedCount is { } count)
            _denied = (_denied ?? 0) + count;
    }

    /// <summary>The control of what a start withholds: a child as every program starts one.</summary>
    async Task MakeOrdinarilyAsync(string[] targets, IEnumerable<string> names)
    {
        using var probe = Process.Start(new ProcessStartInfo(_program.Executable, [.. _program.Arguments, "--unconfined", "ordinary"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(false),
        }) ?? throw ProbeProcess.Fault("The probe of the confinement could not be started.");
        try
        {
            try
            {
                await probe.StandardInput.WriteAsync(string.Join('\t', [.. targets, .. names]) + '\n');
                probe.StandardInput.Close();
            }
            catch (IOException)
            {
                // It has gone already, and will not have said its last word.
            }

            var ended = false;
            while (await probe.StandardOutput.ReadLineAsync(Stop).AsTask().WaitAsync(Stop) is { } line)
            {
                var words = line.Split('\t');
                ended |= words is ["end"];
                if (words is ["result", var name, var thread, var outcome])
                    _control[(name, thread)] = outcome;
            }

            await probe.WaitForExitAsync(Stop);
            if (!ended)
                throw ProbeProcess.Fault($"The probe of the confinement that was started as any program ended before it was done: exit code {probe.ExitCode}.");
        }
        finally
        {
            if (!probe.HasExited)
                probe.Kill();
        }
    }

    void Note(Dictionary<(string, string), string> outcomes, string name, string thread, string outcome)
    {
        outcomes[(name, thread)] = outcome;
        _progress?.Report(new(++_made, _planned));
    }

    VerifiedAttempt Judge(ProbeRow row)
    {
        var outcomes = _confined.Where(one => one.Key.Name == row.Name)
            .Select(one => new AttemptOutcome(one.Key.Thread, one.Value, _control.GetValueOrDefault(one.Key, "not run"))).ToList();
        if (outcomes.Count != row.Threads)
            throw ProbeProcess.Fault($"The probe of the confinement made the attempt '{row.Name}' from {outcomes.Count} kinds of thread, not from {row.Threads}.");
        var (verdict, why) = Judgement.Of(row.AllowedBecause, outcomes);
        return new(row.Group, row.Name, row.Gives, verdict, why, outcomes);
    }

    static Requests.EngineException Unknown(string[] line) => ProbeProcess.Fault($"The probe of the confinement said '{line[0]}' with {line.Length - 1} words, which means nothing.");

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
