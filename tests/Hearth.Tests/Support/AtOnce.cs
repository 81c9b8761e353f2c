using Hearth.Requests.Models;

namespace Hearth.Tests.Support;

/// <summary>Does something at each report of progress, on the thread that reports.</summary>
sealed class AtOnce(Action action) : IProgress<LoadProgress>
{
    public void Report(LoadProgress value) => action();
}
