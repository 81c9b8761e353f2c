using Microsoft.Win32.SafeHandles;

namespace Hearth.Confinement;

/// <summary>What a process may do with a path and with everything below it.</summary>
public enum PathAccess
{
    /// <summary>Read files and list folders.</summary>
    Read,

    /// <summary>Read, and start as a program. Libraries need only <see cref="Read"/>: mapping code isn't starting a program.</summary>
    ReadExecute,

    /// <summary>Read and write files; in a folder also create and remove them.</summary>
    ReadWrite,
}

/// <summary>An exception to "no path at all".</summary>
/// <param name="Path">An absolute path of a file, or of a folder with all that is in it.</param>
/// <param name="Access">What is allowed there.</param>
public sealed record PathRule(string Path, PathAccess Access);

/// <summary>A program to start and all that it is given. What isn't listed here, it doesn't have.</summary>
public sealed record ConfinedProcessOptions
{
    /// <summary>The absolute path of the program; where <see cref="Confine"/> holds, a rule must let it be executed.</summary>
    public required string Executable { get; init; }

    /// <summary>The arguments after the program's name.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>The whole environment of the child: nothing of the caller's is inherited.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The paths that the child can open; every other path is denied. See <see cref="RuntimePaths"/>.</summary>
    public IReadOnlyList<PathRule> Paths { get; init; } = [];

    /// <summary>Regular files opened for reading only, which become descriptors 4, 5, … in this order. Borrowed: the caller closes its own.</summary>
    public IReadOnlyList<SafeFileHandle> Descriptors { get; init; } = [];

    /// <summary>
    /// Told of each denied call as it happens, on a thread that does nothing else; the process waits meanwhile, so it must not take long, and it must not throw.
    /// </summary>
    public Action<DeniedCall>? OnDenied { get; init; }

    /// <summary>The clock of the times in <see cref="DeniedCall"/>.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>
    /// False starts the child unrestricted (the user said <c>--unconfined</c>). Its descriptors and environment are exact all the same.
    /// </summary>
    public bool Confine { get; init; } = true;
}
