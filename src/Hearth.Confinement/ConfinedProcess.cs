using System.Runtime.InteropServices;
using Hearth.Confinement.Linux;
using Microsoft.Win32.SafeHandles;

namespace Hearth.Confinement;

/// <summary>A child that can do no more than its options say, and the host's end of the link to it.</summary>
/// <remarks>
/// The child's descriptors are 0 and 1 (<c>/dev/null</c>), 2 (a pipe that is read once, after its end), 3 (the link), 4 and up (the files of the options), and no
/// others. The child must end when the link ends: PR_SET_PDEATHSIG, which would make sure, fires when the <i>thread</i> that started the
/// child ends, and that one ends at once.
/// </remarks>
public sealed class ConfinedProcess : IDisposable
{
    static readonly TimeSpan LongestDeath = TimeSpan.FromSeconds(5);

    readonly ChildReaper _reaper;
    readonly Tripwire? _tripwire;

    ConfinedProcess(int id, Stream link, ChildReaper reaper, Tripwire? tripwire, ConfinementReport report)
        => (Id, Link, _reaper, _tripwire, Report) = (id, link, reaper, tripwire, report);

    /// <summary>The process id; meaningless once the process has ended.</summary>
    public int Id { get; }

    /// <summary>The host's end of the socket pair. One reader and one writer may use it at the same time. Closed by <see cref="Dispose"/>.</summary>
    public Stream Link { get; }

    /// <summary>What is enforced for this process.</summary>
    public ConfinementReport Report { get; }

    /// <summary>How many system calls of the process were denied and counted; null where the report says that there is no tripwire.</summary>
    public long? DeniedCount => _tripwire?.Count;

    /// <summary>The first 64 of them, in the order in which they were tried.</summary>
    public IReadOnlyList<DeniedCall> Denied => _tripwire?.First ?? [];

    /// <summary>Starts a program, restricted before its first instruction.</summary>
    /// <exception cref="ConfinementException">A required mechanism is missing here, or a step failed. No process is left.</exception>
    /// <exception cref="ArgumentException">A path isn't absolute, a descriptor isn't a regular file opened for reading only, or a text holds a zero.</exception>
    public static ConfinedProcess Start(ConfinedProcessOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!OperatingSystem.IsLinux())
            throw new ConfinementException("A worker can be started on Linux only so far; here nothing would be enforced.", ConfinementSupport.Probe());
        Check(options);
        var probe = Mechanisms.Required();
        if (options.Confine && !probe.Confined)
        {
            throw new ConfinementException(
                $"This machine can't confine the worker, so it was not started. {probe.Gaps} Use --unconfined to run it without protection.", probe);
        }

        var closeOthers = DescriptorTable.Probe() >= 0;
        var missing = new List<string>();
        using var ruleset = options.Confine ? Landlock.Create(options.Paths, Landlock.Version(), missing) : new SafeFileHandle();
        using var arena = new NativeArena();
        var restriction = new Restriction(arena, options.Confine ? (int)ruleset.DangerousGetHandle() : -1, closeOthers);
        var (hostEnd, childEnd) = DescriptorTable.SocketPair();
        using (childEnd)
        {
            // What can fail for want of descriptors comes before the start where it can, so that no child is left without a host.
            var link = new DescriptorStream(hostEnd);
            try
            {
                var (lastWords, standardError) = DescriptorTable.Pipe();
                int id;
                using (standardError)
                {
                    try
                    {
                        using var table = Table(options, childEnd, standardError);
                        id = Spawn.Start(options, restriction, arena, table);
                    }
                    catch
                    {
                        lastWords.Dispose();
                        throw;
                    }
                }

                // At once, for the program runs already.
                var unlimited = Limit(id, options.Descriptors.Count);
                var reaper = new ChildReaper(id, lastWords);
                return new(id, link, reaper, Listen(restriction, reaper, id, options, unlimited),
                    options.Confine ? Mechanisms.Of(probe, restriction.NetworkAnswer, restriction.TripwireAnswer) with { MissingPaths = missing } : Mechanisms.Unconfined(closeOthers));
            }
            catch
            {
                restriction.Listener?.Dispose();
                link.Dispose();
                throw;
            }
        }
    }

    /// <summary>How the process ended; it is reaped whether anybody waits or not.</summary>
    public Task<ProcessExit> WaitForExitAsync(CancellationToken cancellation = default) => _reaper.Exit.WaitAsync(cancellation);

    /// <summary>Ends the process at once. Does nothing if it has ended.</summary>
    public void Kill() => _reaper.Kill();

    /// <summary>Ends the process, waits until it is gone, and closes the link.</summary>
    public void Dispose()
    {
        Kill();
        Link.Dispose();
        // A process in an uninterruptible wait dies later; the reaper's thread takes it then.
        _ = _reaper.Exit.Wait(LongestDeath);
        _tripwire?.Dispose();
    }

    static void Check(ConfinedProcessOptions options)
    {
        if (!Path.IsPathFullyQualified(options.Executable))
            throw new ArgumentException($"The program '{options.Executable}' needs an absolute path.", nameof(options));
        for (var i = 0; i < options.Descriptors.Count; i++)
        {
            if (!FileKind.IsFileForReading(options.Descriptors[i]))
            {
                throw new ArgumentException(
                    $"Descriptor {i} of {options.Descriptors.Count} isn't a regular file opened for reading only; the worker is given nothing else.", nameof(options));
            }
        }
    }

    static DescriptorTable Table(ConfinedProcessOptions options, SafeFileHandle link, SafeFileHandle standardError)
    {
        var table = new DescriptorTable(options.Descriptors.Count);
        try
        {
            using var nothing = DescriptorTable.Null();
            table.Add(nothing, 0);
            table.Add(nothing, 1);
            table.Add(standardError, 2);
            table.Add(link, DescriptorTable.Link);
            for (var i = 0; i < options.Descriptors.Count; i++)
                table.Add(options.Descriptors[i], DescriptorTable.FirstFile + i);
            return table;
        }
        catch
        {
            table.Dispose();
            throw;
        }
    }

    static Tripwire? Listen(Restriction restriction, ChildReaper reaper, int id, ConfinedProcessOptions options, ConfinementException? unlimited)
    {
        try
        {
            if (unlimited is not null)
                throw unlimited;
            return restriction.Listener is { } listener ? new(listener, id, options) : null;
        }
        catch
        {
            reaper.Kill();
            _ = reaper.Exit.Wait(LongestDeath);
            throw;
        }
    }

    /// <summary>
    /// No core file, which would hold prompts; no message queues; so many descriptors that a worker that leaks them ends, not the machine. Limits belong to a process,
    /// not a thread, so these can't be steps of the trampoline. Memory isn't limited here: a runtime reserves far more addresses than it uses.
    /// </summary>
    /// <returns>What went wrong; null if nothing did.</returns>
    internal static unsafe ConfinementException? Limit(int process, int files)
    {
        const int runtimeFiles = 256;
        var most = (ulong)DescriptorTable.FirstFile + (ulong)files + runtimeFiles;
        var limits = stackalloc ulong[2];
        foreach (var (resource, value) in ((int, ulong)[])
            [(LibC.CoreSizeLimit, 0), (LibC.MessageQueueLimit, 0), (LibC.OpenFilesLimit, most)])
        {
            limits[0] = limits[1] = value;
            // A child that has already ended leaves nothing to limit.
            if (LibC.Limit(process, resource, limits, null) == 0 || Marshal.GetLastPInvokeError() == Errno.NoProcess)
                continue;
            // Only root can give more than its own hard limit.
            return resource == LibC.OpenFilesLimit && Marshal.GetLastPInvokeError() == Errno.NotPermitted && LibC.Limit(0, resource, null, limits) == 0
                ? new($"The worker was ended again: it needs {most} open files, and the hard limit here is {limits[1]} (ulimit -Hn). Raise that to {most} or more: in /etc/security/limits.conf, for a service LimitNOFILE.")
                : LibC.Failure($"The worker was ended again: setting its limit {resource} to {value}");
        }

        return null;
    }
}
