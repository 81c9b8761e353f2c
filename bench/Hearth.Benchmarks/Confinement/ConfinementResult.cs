using Hearth.Benchmarks.Measuring;

namespace Hearth.Benchmarks.Confinement;

/// <summary>How the worker program is made.</summary>
enum WorkerKind
{
    /// <summary>On the shared runtime (CoreCLR).</summary>
    Managed,

    /// <summary>Compiled ahead of time (NativeAOT); it adds a third filter once its model is loaded.</summary>
    Native,
}

/// <summary>All figures of one worker program, and whether they meet their bars.</summary>
/// <param name="Kind">Which program.</param>
/// <param name="Starts">Pairs of starts by the name of the user.</param>
/// <param name="Rounds">Rounds of speed, disturbed ones too.</param>
/// <param name="MostUsedByOthers">A round in which others used more is a disturbed one.</param>
sealed record ConfinementResult(WorkerKind Kind, IReadOnlyDictionary<string, StartSeries> Starts, IReadOnlyList<SpeedRound> Rounds, double MostUsedByOthers)
{
    /// <summary>Milliseconds that the confinement may add to a start, up to the greeting.</summary>
    internal static double? GreetingBar(WorkerKind kind) => kind == WorkerKind.Managed ? 10 : 5;

    /// <summary>Milliseconds that it may add up to the first answer: a few, among some hundred that vary by more. The native worker has taken on its third filter by then.</summary>
    internal static double? FirstAnswerBar(WorkerKind kind) => kind == WorkerKind.Native ? 10 : null;

    /// <summary>Share of the speed outside that must be reached inside.</summary>
    internal const double SpeedBar = 0.98;

    internal IReadOnlyList<SpeedRound> QuietRounds => [.. Rounds.Where(r => r.UsedByOthers <= MostUsedByOthers)];

    internal Quartiles Speed(Func<SpeedRound, double> figure) => Quartiles.Of(QuietRounds.Select(figure));

    internal bool IsMet
        => Starts.Values.All(s => IsWithin(GreetingBar(Kind), s, p => p.GreetingDifference) && IsWithin(FirstAnswerBar(Kind), s, p => p.FirstAnswerDifference))
            && Speed(r => r.PrefillRatio).Median >= SpeedBar && Speed(r => r.DecodeRatio).Median >= SpeedBar;

    /// <summary>Whether the median keeps to the bar; without a bar anything does.</summary>
    internal static bool IsWithin(double? bar, StartSeries series, Func<StartPair, double> difference)
        => bar is null || Quartiles.Of(series.Pairs.Select(difference)).Median <= bar;
}
