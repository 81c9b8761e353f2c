using System.Collections.Concurrent;
using System.Globalization;
using Hearth.Cli.Terminals;

namespace Hearth.Cli.Output;

/// <summary>What workers tried and were denied, until the user has been told. Workers add from threads of their own.</summary>
sealed class Alarms
{
    /// <summary>Lines at a time: who tries a hundred sockets says no more than who tries three.</summary>
    const int MostLines = 3;

    readonly ConcurrentQueue<string> _untold = new();
    int _count;

    /// <summary>How many there were in all.</summary>
    internal int Count => Volatile.Read(ref _count);

    /// <param name="call">The system call.</param>
    /// <param name="family">The address family, where it wanted a socket.</param>
    /// <param name="process">Who tried.</param>
    /// <param name="thread">The thread that tried.</param>
    /// <param name="time">When.</param>
    internal void Add(string call, string? family, int process, int thread, DateTimeOffset time)
    {
        Interlocked.Increment(ref _count);
        var tried = family is null ? $"the system call {call}" : $"to open a socket ({family})";
        _untold.Enqueue(string.Create(CultureInfo.InvariantCulture, $"The worker tried {tried} at {time.ToLocalTime():HH:mm:ss} and was denied (process {process}, thread {thread})."));
    }

    /// <summary>Tells what was not told yet, on standard error, whatever else is quiet.</summary>
    internal void Show(Terminal terminal)
    {
        if (_untold.IsEmpty)
            return;
        var lines = 0;
        for (; _untold.TryDequeue(out var line); lines++)
        {
            if (lines < MostLines)
                terminal.WriteError($"ALARM: {line}\n");
        }

        if (lines > MostLines)
            terminal.WriteError($"ALARM: … and {lines - MostLines} more.\n");
        terminal.WriteError("Nothing left this machine by it. No model needs such a call: don't trust this model file, or this build, until you know why.\n");
    }
}
