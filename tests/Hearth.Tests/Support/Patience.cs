namespace Hearth.Tests.Support;

/// <summary>How long a test waits for what is certain to come: only to end a hang. No machine that works is so busy that it takes as long.</summary>
static class Patience
{
    internal static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);
}
