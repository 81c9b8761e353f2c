using Hearth.Requests;

namespace Hearth.Inference.Generation;

/// <summary>Characters that mean nothing, to mark texts of users before a template puts its own around them.</summary>
static class PrivateCharacters
{
    /// <summary>One of the 32 code points of a block that Unicode keeps free of characters, or else any private one, that none of the texts holds.</summary>
    internal static char UnusedIn(IReadOnlyCollection<string> texts)
    {
        foreach (var c in Enumerable.Range(0xFDD0, 32).Concat(Enumerable.Range(0xE000, 0x1900)).Select(code => (char)code))
        {
            if (!texts.Any(t => t.Contains(c)))
                return c;
        }

        throw new EngineException(FailureCode.InvalidRequest, "The messages use every private character of Unicode.", "text", "Remove some.");
    }
}
