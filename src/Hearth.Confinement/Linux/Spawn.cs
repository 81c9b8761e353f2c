using System.Runtime.InteropServices;

namespace Hearth.Confinement.Linux;

/// <summary>From the options to a started child: its descriptors and attributes, all built beforehand.</summary>
static unsafe class Spawn
{
    /// <summary>Room for the C library's opaque structures; those of glibc are the largest (80 and 336 bytes).</summary>
    const int FileActionsBytes = 256, AttributesBytes = 512, SignalSetBytes = 128;

    /// <summary>posix_spawn(3): signals as at the start of a program, and a session of its own, so that a terminal's Ctrl-C doesn't reach the worker.</summary>
    const short DefaultSignals = 4, SignalMask = 8, NewSession = 0x80;

    /// <summary>Starts the program with exactly these descriptors, restricted.</summary>
    /// <param name="options">What to start.</param>
    /// <param name="restriction">What the starting thread does to itself first; it holds the answers afterwards.</param>
    /// <param name="arena">Lends memory until the start is over.</param>
    /// <param name="table">The child's descriptors.</param>
    /// <returns>The process id.</returns>
    internal static int Start(ConfinedProcessOptions options, Restriction restriction, NativeArena arena, DescriptorTable table)
    {
        var actions = (byte*)arena.Take(FileActionsBytes);
        var attributes = (byte*)arena.Take(AttributesBytes);
        Check(PosixSpawn.ActionsInit(actions));
        Check(PosixSpawn.AttributesInit(attributes));
        try
        {
            foreach (var (source, destination) in table.Entries)
                Check(PosixSpawn.AddDuplicate(actions, source, destination));
            // The folder of the host would otherwise stay in use, and its path readable.
            Check(PosixSpawn.AddChangeFolder(actions, arena.Text("/")));
            Check(PosixSpawn.SetFlags(attributes, DefaultSignals | SignalMask | NewSession));
            Check(PosixSpawn.SetMask(attributes, (byte*)arena.Take(SignalSetBytes)));
            var all = (byte*)arena.Take(SignalSetBytes);
            new Span<byte>(all, sizeof(ulong)).Fill(0xff);
            Check(PosixSpawn.SetDefault(attributes, all));

            return Trampoline.Start(restriction.Steps, new Trampoline.Program
            {
                Path = arena.Text(options.Executable),
                FileActions = actions,
                Attributes = attributes,
                Arguments = arena.Texts([options.Executable, .. options.Arguments]),
                Environment = arena.Texts([.. options.Environment.Select(Variable)]),
            }, restriction.Answers);
        }
        finally
        {
            _ = PosixSpawn.ActionsDestroy(actions);
            _ = PosixSpawn.AttributesDestroy(attributes);
        }
    }

    static string Variable(KeyValuePair<string, string> variable)
        => variable.Key.Length > 0 && !variable.Key.Contains('=', StringComparison.Ordinal)
            ? $"{variable.Key}={variable.Value}"
            : throw new ArgumentException($"'{variable.Key}' can't be the name of an environment variable.", nameof(variable));

    static void Check(int error)
    {
        if (error != 0)
            throw new ConfinementException($"Preparing the worker's start failed: {Marshal.GetPInvokeErrorMessage(error)}.");
    }
}
