using Microsoft.Win32.SafeHandles;

namespace Hearth.Confinement.Linux;

/// <summary>The steps by which the thread that starts a child restricts itself and so the child, and what the system answered to each.</summary>
sealed unsafe class Restriction
{
    /// <summary>Version 3 of the capabilities' header: two sets of 32 bits each.</summary>
    const uint CapabilityVersion3 = 0x20080522;

    readonly List<Trampoline.Step> _steps = [];
    readonly int _network = -1, _tripwire = -1;
    SafeFileHandle? _listener;

    /// <summary>Builds the steps.</summary>
    /// <param name="arena">Lends memory until the start is over.</param>
    /// <param name="ruleset">A Landlock ruleset's descriptor, or minus one: only descriptors are restricted.</param>
    /// <param name="closeOthers">Close all descriptors but the first three when the program starts.</param>
    /// <remarks>
    /// The order matters: the namespace first (it needs a capability), then the capabilities (a privileged reader passes some of Landlock's checks), the filter after
    /// what it denies; last the descriptors, since their table becomes the thread's own, and the tripwire's must lie in the host's.
    /// </remarks>
    internal Restriction(NativeArena arena, int ruleset, bool closeOthers)
    {
        var calls = SystemCalls.Current;
        if (ruleset >= 0)
        {
            var capabilityHeader = (uint*)arena.Take(2 * sizeof(uint));
            capabilityHeader[0] = CapabilityVersion3;
            _network = Add(new("giving the worker a network of its own", (nint)calls["unshare"], LibC.NewNetwork, Need: Trampoline.Need.WherePossible));
            Add(new("dropping capabilities", (nint)calls["capset"], (nint)capabilityHeader, (nint)arena.Take(6 * sizeof(uint))));
            Add(new("giving up new privileges", (nint)calls["prctl"], LibC.NoNewPrivileges, 1));
            Add(new("applying the Landlock rules", (nint)calls["landlock_restrict_self"], ruleset));
            // Refused where a filter around this process has a listener already, as that of some containers.
            _tripwire = Add(new("installing the filter with its tripwire", (nint)calls["seccomp"], Seccomp.SetFilter, Seccomp.NewListener | Seccomp.WaitKillable,
                Filter(arena, SeccompPolicy.BeforeStart(calls, tripwire: true)), Need: Trampoline.Need.WherePossible));
            Add(new("installing the system-call filter", (nint)calls["seccomp"], Seccomp.SetFilter, 0,
                Filter(arena, SeccompPolicy.BeforeStart(calls, tripwire: false)), Need: Trampoline.Need.IfPreviousFailed));
        }

        if (closeOthers)
        {
            // On a private copy of the table, so that a descriptor that another thread opens meanwhile can't slip through.
            Add(new("closing other descriptors", (nint)calls["close_range"], DescriptorTable.Link, unchecked((int)uint.MaxValue),
                DescriptorTable.Unshare | DescriptorTable.CloseOnExec));
        }

        Answers = new int[_steps.Count];
        Answers.AsSpan().Fill(-1);
    }

    internal IReadOnlyList<Trampoline.Step> Steps => _steps;

    /// <summary>What each step answered: a number from zero on, or minus the error number; minus one for a step that was not reached.</summary>
    internal int[] Answers { get; }

    /// <summary>Zero if the child is in a network namespace of its own, otherwise minus the error number.</summary>
    internal int NetworkAnswer => Answers[_network];

    /// <summary>Not negative if there is a listener, otherwise minus the error number.</summary>
    internal int TripwireAnswer => Answers[_tripwire];

    /// <summary>The descriptor that hears of denied calls, if the start made one; its taker owns it. A host that has closed its standard input can get number 0.</summary>
    internal SafeFileHandle? Listener
        => _listener ??= _tripwire >= 0 && TripwireAnswer >= 0 ? new(TripwireAnswer, ownsHandle: true) : null;

    int Add(Trampoline.Step step)
    {
        _steps.Add(step);
        return _steps.Count - 1;
    }

    static nint Filter(NativeArena arena, BpfInstruction[] program)
    {
        var code = (BpfInstruction*)arena.Take(program.Length * sizeof(BpfInstruction));
        program.CopyTo(new Span<BpfInstruction>(code, program.Length));
        var header = (BpfHeader*)arena.Take(sizeof(BpfHeader));
        *header = new BpfHeader { Length = (ushort)program.Length, Code = code };
        return (nint)header;
    }
}
