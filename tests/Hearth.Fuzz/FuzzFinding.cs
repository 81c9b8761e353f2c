namespace Hearth.Fuzz;

/// <summary>Something that a reader promised and did not keep.</summary>
sealed class FuzzFinding(string message) : Exception(message)
{
    /// <summary>Throws unless a promise was kept.</summary>
    internal static void Unless(bool kept, string promise)
    {
        if (!kept)
            throw new FuzzFinding($"Not kept: {promise}.");
    }
}
