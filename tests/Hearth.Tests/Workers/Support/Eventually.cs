using System.Diagnostics;

namespace Hearth.Tests.Workers.Support;

/// <summary>Waits for what another thread brings about, with a limit.</summary>
static class Eventually
{
    internal static async Task HoldsAsync(Func<bool> condition, string what, int seconds = 60)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start).TotalSeconds < seconds, $"Not so after {seconds} seconds: {what}.");
            await Task.Delay(2, TestContext.Current.CancellationToken);
        }
    }
}
