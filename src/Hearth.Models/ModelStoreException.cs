namespace Hearth.Models;

/// <summary>A model that is not there, not as it was, or that cannot be taken: what was found, what was expected and what to do.</summary>
public sealed class ModelStoreException : Exception
{
    /// <summary>A failure that the user can act on.</summary>
    /// <param name="message">What was found.</param>
    /// <param name="expected">What would have been right; empty where the message says it.</param>
    /// <param name="remedy">What to do next.</param>
    /// <param name="inner">The cause, where there is one.</param>
    public ModelStoreException(string message, string expected, string remedy, Exception? inner = null) : base(message, inner)
        => (Expected, Remedy) = (expected, remedy);

    /// <summary>What would have been right.</summary>
    public string Expected { get; }

    /// <summary>What to do next.</summary>
    public string Remedy { get; }
}
