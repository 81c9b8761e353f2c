using System.Diagnostics;

namespace Hearth.Cli.Terminals;

/// <summary>The terminal hands over every key at once and shows none by itself. The mode before is restored at the end, whatever happens.</summary>
/// <remarks>By the program stty, which every Unix has: the layout of the settings differs between systems, its words do not.</remarks>
sealed class RawMode : IDisposable
{
    // Bracketed paste: the terminal says where a pasted text begins and ends (xterm, mode 2004).
    internal const string PasteOn = "\e[?2004h";
    internal const string PasteOff = "\e[?2004l";

    // Ctrl-C and Enter come as bytes; Ctrl-Z still suspends, and output is still translated.
    static readonly string[] Raw = ["-icanon", "-echo", "-icrnl", "-ixon", "-iexten", "intr", "undef", "quit", "undef", "min", "1", "time", "0"];

    readonly string _before;

    RawMode(string before) => _before = before;

    /// <summary>Switches the terminal over; null where that is impossible.</summary>
    internal static RawMode? Enter()
    {
        // .NET sets its own mode when it first looks at the console; that must be over before ours.
        _ = Console.WindowHeight;
        var before = Stty(["-g"]);
        if (before is null || Stty(Raw) is null)
            return null;
        return new RawMode(before.Trim());
    }

    /// <summary>Switches over again, after the program was suspended.</summary>
    internal static void Again() => Stty(Raw);

    public void Dispose() => Stty([_before]);

    /// <summary>Runs stty on our terminal; null where it fails. All its streams are pipes: after a child that shares the terminal .NET puts the old mode back.</summary>
    static string? Stty(string[] words)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("stty", ["-F", "/dev/tty", .. words])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            });
            var text = process!.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? text : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
