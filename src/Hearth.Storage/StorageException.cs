namespace Hearth.Storage;

/// <summary>What is stored cannot be read or changed, or is not there: what was found, what was expected and what to do. Never a key or a secret.</summary>
public sealed class StorageException : Exception
{
    /// <summary>A failure that the user can act on.</summary>
    /// <param name="message">What was found.</param>
    /// <param name="expected">What would have been right; empty where the message says it.</param>
    /// <param name="remedy">What to do next.</param>
    /// <param name="inner">The cause, where there is one.</param>
    public StorageException(string message, string expected, string remedy, Exception? inner = null) : base(message, inner)
        => (Expected, Remedy) = (expected, remedy);

    /// <summary>What would have been right.</summary>
    public string Expected { get; }

    /// <summary>What to do next.</summary>
    public string Remedy { get; }
}
