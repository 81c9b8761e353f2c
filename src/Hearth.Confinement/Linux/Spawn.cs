using System.Runtime.InteropServices;

namespace Hearth.Confinement.Linux;

/// <summary>From the options to a started child: the steps of the restriction, the descriptors and the attributes, all built beforehand.</summary>
static unsafe class Spawn
{
    /// <summary>Room for the C library's opaque structures; those of glibc are the largest (80 and 336 bytes).</summary>
    const int FileActionsBytes = 256, AttributesBytes = 512, SignalSetBytes = 128;

    /// <summary>posix_spawn(3): signals as at the start of a program, and a session of its own, so that a terminal's Ctrl-C doesn't reach the worker.</summary>
    const short DefaultSignals = 4, SignalMask = 8, NewSession = 0x80;

    /// <summary>Version 3 of the capabilities' header: two sets of 32 bits each.</summary>
    const uint CapabilityVersion3 = 0x20080522;

    /// <summary>Starts the program with exactly these descriptors; restricted if there is a ruleset.</summary>
    /// <param name="options">What to start.</param>
    /// <param name="ruleset">A Landlock ruleset's descriptor, or minus one: start it unrestricted.</param>
    /// <param name="closeOthers">Close all descriptors that aren't in the table.</param>
    /// <param name="table">The child's descriptors.</param>
    /// <returns>The process id.</returns>
    internal static int Start(ConfinedProcessOptions options, int ruleset, bool closeOthers, DescriptorTable table)
    {
        using var arena = new NativeArena();
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

            return Trampoline.Start(Steps(arena, ruleset, closeOthers), new Trampoline.Program
            {
                Path = arena.Text(options.Executable),
                FileActions = actions,
                Attributes = attributes,
                Arguments = arena.Texts([options.Executable, .. options.Arguments]),
                Environment = arena.Texts([.. options.Environment.Select(Variable)]),
            });
        }
        finally
        {
            _ = PosixSpawn.ActionsDestroy(actions);
            _ = PosixSpawn.AttributesDestroy(attributes);
        }
    }

    /// <summary>The order matters: capabilities first (a privileged reader passes some of Landlock's checks), the filter last (it denies what the steps use).</summary>
    static List<Trampoline.Step> Steps(NativeArena arena, int ruleset, bool closeOthers)
    {
        var calls = SystemCalls.Current;
        List<Trampoline.Step> steps = [];
        if (closeOthers)
        {
            // On a private copy of the table, so that a descriptor that another thread opens meanwhile can't slip through.
            steps.Add(new("closing other descriptors", (nint)calls["close_range"], DescriptorTable.Link, unchecked((int)uint.MaxValue),
                DescriptorTable.Unshare | DescriptorTable.CloseOnExec));
        }

        if (ruleset < 0)
            return steps;

        var capabilityHeader = (uint*)arena.Take(2 * sizeof(uint));
        capabilityHeader[0] = CapabilityVersion3;
        var program = SeccompPolicy.BeforeStart(calls);
        var code = (BpfInstruction*)arena.Take(program.Length * sizeof(BpfInstruction));
        program.CopyTo(new Span<BpfInstruction>(code, program.Length));
        var header = (BpfHeader*)arena.Take(sizeof(BpfHeader));
        *header = new BpfHeader { Length = (ushort)program.Length, Code = code };

        steps.Add(new("dropping capabilities", (nint)calls["capset"], (nint)capabilityHeader, (nint)arena.Take(6 * sizeof(uint))));
        steps.Add(new("giving up new privileges", (nint)calls["prctl"], LibC.NoNewPrivileges, 1));
        steps.Add(new("applying the Landlock rules", (nint)calls["landlock_restrict_self"], ruleset));
        steps.Add(new("installing the system-call filter", (nint)calls["seccomp"], Seccomp.SetFilter, 0, (nint)header));
        return steps;
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
