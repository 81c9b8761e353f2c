namespace Hearth.Server.Serving;

/// <summary>How much is done at once.</summary>
public sealed record ServingLimits
{
    /// <summary>Answers that the engine goes on with at once.</summary>
    public const int MostParallel = 64;

    /// <summary>Bytes that all loaded models may take together; 0 for what the machine has free.</summary>
    public long MemoryBudget { get; init; }

    /// <summary>How long a model stays loaded after its last request.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Requests that one model answers at once, at most <see cref="MostParallel"/>; others wait for their turn. A quarter more, all in all no more than <see cref="MostParallel"/>, are for users who hold no place.</summary>
    public int Parallel { get; init; } = 16;

    internal int Spare => Math.Clamp(MostParallel - Parallel, 0, Parallel / 4);

    /// <summary>Requests of one user that may wait for one model; what comes then is told to try later.</summary>
    public int Waiting { get; init; } = 32;

    /// <summary>How long a request waits for its turn.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Connections at once; a program of your own sets its own limit.</summary>
    public int Connections { get; init; } = 1024;

    /// <summary>Bytes of a request's body at most.</summary>
    public long BodyBytes { get; init; } = 16 << 20;
}
