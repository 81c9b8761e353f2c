using Hearth.Confinement;

namespace Hearth.Workers.Supervision;

/// <summary>A running worker as its supervisor sees it.</summary>
interface IWorkerProcess : IDisposable
{
    /// <summary>The number of the process.</summary>
    int Id { get; }

    /// <summary>The connection to it.</summary>
    Stream Link { get; }

    /// <summary>How it ended; waits for that.</summary>
    Task<ProcessExit> ExitAsync();

    /// <summary>Ends it now. Does nothing where it has ended.</summary>
    void Kill();

    /// <summary>Its resident memory that belongs to no file, or null where the system does not say.</summary>
    long? AnonymousBytes();
}
