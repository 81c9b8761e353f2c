using Hearth.Confinement;
using Hearth.Requests;
using Hearth.Requests.Models;

namespace Hearth.Workers.Client;

/// <summary>Which worker to start, for which model, within which limits.</summary>
public sealed record WorkerOptions
{
    /// <summary>
    /// The model file, or all parts of a split one in order (see <see cref="SplitFiles"/>). They are opened here, read-only, and handed to the worker as
    /// descriptors: no path travels. None starts a worker without a model, which can render templates that it is given, and nothing else.
    /// </summary>
    public required IReadOnlyList<string> ModelPaths { get; init; }

    /// <summary>The files of the model's adapters (LoRA), handed over in the same way. <see cref="LoadOptions.Adapters"/> says how strongly they count.</summary>
    public IReadOnlyList<string> AdapterPaths { get; init; } = [];

    /// <summary>The worker program, a <c>.dll</c> or a native one; null takes the one beside the running program.</summary>
    public string? WorkerPath { get; init; }

    /// <summary>True: the operating system enforces nothing, because the user said <c>--unconfined</c>.</summary>
    public bool Unconfined { get; init; }

    /// <summary>
    /// Told of each system call that a worker tried and was denied, as it happens; null: they are denied and not told. Called on a thread of its own, while
    /// the worker waits; it must not throw.
    /// </summary>
    public Action<DeniedCall>? OnDenied { get; init; }

    /// <summary>Bytes of memory, pages of files not counted, above which the worker is ended; 0 is no limit.</summary>
    public long MemoryLimit { get; init; }

    /// <summary>From the start of the process to its first answer.</summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Between two looks at the worker, each with a ping.</summary>
    public TimeSpan WatchInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a worker may leave a ping unanswered. It answers while it computes, so silence means that the process stands still.</summary>
    public TimeSpan SilenceLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a worker may owe a reply without ending a pass, sending a piece or reporting progress. The slowest machine ends a pass sooner.</summary>
    public TimeSpan StandstillLimit { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Workers that may be lost within <see cref="LossWindow"/> before <see cref="FailureCode.WorkerLost"/> is all that a caller gets.</summary>
    public int LossLimit { get; init; } = 3;

    /// <summary>See <see cref="LossLimit"/>.</summary>
    public TimeSpan LossWindow { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// True: whoever reads an answer runs on the thread that reads the link, piece by piece, which spares a change of threads for each. Only for readers that never
    /// block: while one does, no other hears anything, and the worker is taken for dead.
    /// </summary>
    public bool InlineReplies { get; init; }

    /// <summary>The clock of all these limits.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
