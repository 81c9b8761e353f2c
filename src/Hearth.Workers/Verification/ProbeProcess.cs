using System.Text;
using Hearth.Confinement;
using Hearth.Requests;
using Hearth.Workers.Client;
using Microsoft.Win32.SafeHandles;

namespace Hearth.Workers.Verification;

/// <summary>A probe that was started as a worker is, and its lines: words between tabs.</summary>
sealed class ProbeProcess : IDisposable
{
    readonly ConfinedProcess _process;
    readonly StreamReader _reader;

    ProbeProcess(ConfinedProcess process)
    {
        _process = process;
        _reader = new(process.Link, Encoding.UTF8, leaveOpen: true);
    }

    internal int Id => _process.Id;

    /// <summary>How many of its calls the tripwire counted; null where there is none.</summary>
    internal long? DeniedCount => _process.DeniedCount;

    internal static ProbeProcess Start(WorkerProgram program, string role, IReadOnlyList<SafeFileHandle> files, bool confine)
        => new(program.Start([role], files, unconfined: !confine));

    internal async Task TellAsync(IEnumerable<string> words, CancellationToken cancellationToken)
    {
        try
        {
            await _process.Link.WriteAsync(Encoding.UTF8.GetBytes(string.Join('\t', words) + '\n'), cancellationToken).AsTask().WaitAsync(cancellationToken);
        }
        catch (IOException)
        {
            // It has gone already: whoever listens to it hears so.
        }
    }

    /// <summary>The next line, or null after the last one. Whoever gives up waiting has only disposing left: the link can't be told to stop, and the read goes on until it closes.</summary>
    internal async Task<string[]?> HearAsync(CancellationToken cancellationToken)
    {
        while (await _reader.ReadLineAsync(cancellationToken).AsTask().WaitAsync(cancellationToken) is { } line)
        {
            // Attempts on the link itself leave empty lines.
            if (line.Length > 0)
                return line.Split('\t');
        }

        return null;
    }

    /// <summary>The next line, which must be there.</summary>
    internal async Task<string[]> MustHearAsync(CancellationToken cancellationToken) => await HearAsync(cancellationToken)
        ?? throw Fault($"The probe of the confinement ended before it was done: {await EndAsync(cancellationToken)}.");

    internal Task<ProcessExit> EndAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    public void Dispose()
    {
        _reader.Dispose();
        _process.Dispose();
    }

    internal static EngineException Fault(string found)
        => new(FailureCode.WorkerLost, found, "a probe that makes all attempts, confined and not", "try again, and please report it if it happens again");
}
