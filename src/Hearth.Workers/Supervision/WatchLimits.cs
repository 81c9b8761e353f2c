namespace Hearth.Workers.Supervision;

/// <summary>How long a worker may take for what, and how much memory.</summary>
sealed record WatchLimits
{
    /// <summary>From the start of the process to its answer to Hello.</summary>
    internal TimeSpan Start { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Between two pings.</summary>
    internal TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>From a ping to its pong. A worker answers while it computes, so silence means that the process stands still.</summary>
    internal TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Without a pass, a reply or a progress report while something is asked. The slowest machine ends a pass sooner.</summary>
    internal TimeSpan Standstill { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>From Shutdown to the end of the process.</summary>
    internal TimeSpan Farewell { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Resident bytes that belong to no file; 0 is no limit.</summary>
    internal long Memory { get; init; }

    /// <summary>Workers that may be lost within <see cref="Window"/> before no new one is started.</summary>
    internal int Losses { get; init; } = 3;

    /// <summary>See <see cref="Losses"/>.</summary>
    internal TimeSpan Window { get; init; } = TimeSpan.FromMinutes(5);
}
