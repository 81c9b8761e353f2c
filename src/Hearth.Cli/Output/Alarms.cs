using System.Globalization;
using Hearth.Cli.Terminals;

namespace Hearth.Cli.Output;

/// <summary>What workers tried and were denied, until the user has been told. Workers add from threads of their own.</summary>
sealed class Alarms
{
    /// <summary>Lines at a time: who tries a hundred sockets says no more than who tries three. No more are kept.</summary>
    const int MostLines = 3;

    readonly Lock _lock = new();
    readonly List<string> _untold = [];
    long _count, _told;

    /// <summary>Called after each one, by the thread that adds it: for a command that runs on and on. Null for none.</summary>
    internal Action? Heard { get; set; }

    /// <summary>How many there were in all.</summary>
    internal long Count => Interlocked.Read(ref _count);

    /// <param name="call">The system call.</param>
    /// <param name="family">The address family, where it wanted a socket.</param>
    /// <param name="process">Who tried.</param>
    /// <param name="thread">The thread that tried.</param>
    /// <param name="time">When.</param>
    internal void Add(string call, string? family, int process, int thread, DateTimeOffset time)
    {
        lock (_lock)
        {
            _count++;
            var tried = family is null ? $"the system call {call}" : $"to open a socket ({family})";
            if (_untold.Count < MostLines)
                _untold.Add(string.Create(CultureInfo.InvariantCulture, $"The worker tried {tried} at {time.ToLocalTime():HH:mm:ss} and was denied (process {process}, thread {thread})."));
        }

        Heard?.Invoke();
    }

    /// <summary>Tells what was not told yet, on standard error, whatever else is quiet.</summary>
    internal void Show(Terminal terminal)
    {
        var (lines, more) = Take();
        if (lines.Length == 0)
            return;
        foreach (var line in lines)
            terminal.WriteError($"ALARM: {line}\n");
        if (more > 0)
            terminal.WriteError($"ALARM: … and {more} more.\n");
        terminal.WriteError("Nothing left this machine by it. No model needs such a call: don't trust this model file, or this build, until you know why.\n");
    }

    (string[] Lines, long More) Take()
    {
        lock (_lock)
        {
            string[] lines = [.. _untold];
            var more = _count - _told - lines.Length;
            _untold.Clear();
            _told = _count;
            return (lines, more);
        }
    }
}
