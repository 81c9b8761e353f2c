using System.Globalization;
using Hearth.Cli.Markdown;
using Hearth.Cli.Terminals;
using Hearth.Workers.Verification;

namespace Hearth.Cli.Output;

/// <summary>The result of <c>hearth verify confinement</c> for people: a line for each attempt, then what they come to.</summary>
static class VerificationText
{
    /// <summary>Columns of the verdict, and of the name where the terminal is wide enough for more than names.</summary>
    const int VerdictWidth = 12, NameWidth = 44, Narrow = 90;

    static readonly Dictionary<AttemptVerdict, (string Word, TextStyle Style)> Words = new()
    {
        [AttemptVerdict.Denied] = ("denied", TextStyle.Plain),
        [AttemptVerdict.Allowed] = ("allowed", TextStyle.Underlined),
        [AttemptVerdict.NotDiscriminating] = ("not shown", TextStyle.Dim),
        [AttemptVerdict.NotDenied] = ("NOT DENIED", TextStyle.Bold),
    };

    internal static void Show(Terminal terminal, ConfinementVerification result)
    {
        // Where nobody looks a line is a line, however long.
        var width = terminal.OutputIsTerminal ? terminal.Width : int.MaxValue;
        var lines = new WordWrapper(terminal.Write, () => width, terminal.Color);
        var machine = result.Machine;
        var date = machine.Date.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
        Line(lines, "", $"Linux {machine.Kernel}, {machine.Architecture}, Landlock ABI {machine.LandlockAbi}, user {machine.User}, {machine.Worker} worker, {date}");
        foreach (var group in result.Attempts.GroupBy(attempt => attempt.Group))
        {
            lines.EndLine();
            lines.Append(group.Key, TextStyle.Bold);
            lines.EndLine();
            foreach (var attempt in group)
                Show(lines, attempt, width < Narrow);
        }

        lines.EndLine();
        Line(lines, "", Summary(result));
        if (result.DeniedCalls is { } calls)
            Line(lines, "", string.Create(CultureInfo.InvariantCulture, $"The tripwire outside the probe counted {calls} denied calls."));
        Line(lines, "  ", "denied: here denied, and possible without us");
        Line(lines, "  ", "allowed: by design or not yet denied, for the reason given; not counted");
        Line(lines, "  ", "not shown: not discriminating on this machine, since it fails without us too");
        lines.Finish();
    }

    static void Show(WordWrapper lines, VerifiedAttempt attempt, bool narrow)
    {
        var (word, style) = Words[attempt.Verdict];
        var name = TerminalText.Clean(attempt.Name);
        lines.Hang = new(' ', narrow ? 4 : 2 + VerdictWidth + NameWidth);
        lines.AppendUnbroken("  ", TextStyle.Plain);
        lines.AppendUnbroken(narrow ? word : word.PadRight(VerdictWidth), style);
        if (narrow)
            lines.Append(" ", TextStyle.Plain);
        lines.Append(narrow ? name : name.PadRight(NameWidth), TextStyle.Plain);
        lines.Append(narrow ? ": " : " ", TextStyle.Plain);
        lines.Append(TerminalText.Clean(Note(attempt)), TextStyle.Dim);
        lines.EndLine();
    }

    /// <summary>What a reader wants to know of it: what is kept from an attacker, or why not.</summary>
    static string Note(VerifiedAttempt attempt) => attempt.Verdict switch
    {
        AttemptVerdict.Denied when attempt.Why.Length == 0 => attempt.Gives,
        AttemptVerdict.Denied => $"{attempt.Gives} ({attempt.Why})",
        AttemptVerdict.NotDenied => $"{attempt.Gives}; {attempt.Why}",
        _ => attempt.Why,
    };

    static string Summary(ConfinementVerification result)
    {
        var open = result.Attempts.Where(attempt => attempt.Verdict == AttemptVerdict.NotDenied).Select(attempt => attempt.Name).ToArray();
        var counts = $"{result.Count(AttemptVerdict.Denied)} denied here and possible without us, {result.Count(AttemptVerdict.Allowed)} allowed by design, "
            + $"{result.Count(AttemptVerdict.NotDiscriminating)} not discriminating on this machine.";
        return open.Length == 0 ? counts : $"{open.Length} NOT DENIED: {string.Join("; ", open)}. {counts}";
    }

    static void Line(WordWrapper lines, string hang, string text)
    {
        lines.Hang = hang;
        lines.AppendUnbroken(hang, TextStyle.Plain);
        lines.Append(TerminalText.Clean(text), TextStyle.Plain);
        lines.EndLine();
    }
}
