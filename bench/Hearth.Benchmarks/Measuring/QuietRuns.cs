using Hearth.Benchmarks.Machine;

namespace Hearth.Benchmarks.Measuring;

/// <summary>Measures how much of the machine others used during a run, and gives up on a machine that is never quiet.</summary>
/// <param name="mostUsedByOthers">The share that they may use.</param>
/// <param name="beside">Processor time of programs that belong to the measurement and outlast a run, in clock ticks.</param>
sealed class QuietRuns(double mostUsedByOthers, Func<long>? beside = null)
{
    const int MostInARow = 12;

    int _disturbedInARow;

    /// <summary>The share that others may use.</summary>
    internal double MostUsedByOthers => mostUsedByOthers;

    internal async Task<(T Result, double UsedByOthers)> RunAsync<T>(Func<Task<T>> run)
    {
        var (start, ours) = (ProcessorTime.Now(), beside?.Invoke() ?? 0);
        var result = await run();
        var usedByOthers = ProcessorTime.Now().UsedByOthersSince(start, (beside?.Invoke() ?? 0) - ours);
        _disturbedInARow = usedByOthers > mostUsedByOthers ? _disturbedInARow + 1 : 0;
        return _disturbedInARow < MostInARow
            ? (result, usedByOthers)
            : throw new CommandFailedException(
                $"In the last {MostInARow} runs other processes used more than {mostUsedByOthers:P0} of the machine, {usedByOthers:P0} in the last one. "
                + "Such figures mean nothing: stop what else is running, then start the check again; what was measured so far is kept.");
    }
}
