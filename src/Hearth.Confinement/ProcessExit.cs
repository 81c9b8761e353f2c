namespace Hearth.Confinement;

/// <summary>How a process ended: by itself with a code, or by a signal.</summary>
/// <param name="Code">The exit code, if it ended by itself.</param>
/// <param name="Signal">The number of the signal that ended it, for example 9 (killed) or 11 (segmentation fault).</param>
/// <param name="Reason">
/// What the runtime said last, reduced to words of a closed list and the name of an exception's type: what a process wrote may hold a
/// user's text, and is never shown. Null if it said nothing that is known.
/// </param>
public sealed record ProcessExit(int? Code, int? Signal, string? Reason)
{
    /// <summary>One line for people, for example <c>signal 11 (segmentation fault)</c>.</summary>
    public override string ToString()
    {
        var how = this switch
        {
            { Code: { } code } => $"exit code {code}",
            { Signal: { } signal } => SignalNames.TryGetValue(signal, out var name) ? $"signal {signal} ({name})" : $"signal {signal}",
            _ => "an end that the system didn't tell",
        };
        return Reason is null ? how : $"{how}: {Reason}";
    }

    static readonly Dictionary<int, string> SignalNames = new()
    {
        [4] = "illegal instruction",
        [6] = "aborted",
        [7] = "bus error: a mapped file was cut short or can't be read",
        [8] = "arithmetic fault",
        [9] = "killed, by the host or for lack of memory",
        [11] = "segmentation fault",
        [15] = "terminated",
        [31] = "a system call that the filter forbids",
    };
}
