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
    internal static double GreetingBar(WorkerKind kind) => kind == WorkerKind.Managed ? 10 : 5;

    /// <summary>Milliseconds that it may add up to the first answer: a few, among some hundred that vary by more.</summary>
    internal const double FirstAnswerBar = 10;

    /// <summary>Share of the speed outside that must be reached inside.</summary>
    internal const double SpeedBar = 0.98;

    internal IReadOnlyList<SpeedRound> QuietRounds => [.. Rounds.Where(r => r.UsedByOthers <= MostUsedByOthers)];

    internal Quartiles Speed(Func<SpeedRound, double> figure) => Quartiles.Of(QuietRounds.Select(figure));

    internal bool IsMet
        => Starts.Values.All(s => GreetingIsMet(Kind, s) && FirstAnswerIsMet(s)) && Speed(r => r.PrefillRatio).Median >= SpeedBar && Speed(r => r.DecodeRatio).Median >= SpeedBar;

    internal static bool GreetingIsMet(WorkerKind kind, StartSeries series) => Quartiles.Of(series.Pairs.Select(p => p.GreetingDifference)).Median <= GreetingBar(kind);

    internal static bool FirstAnswerIsMet(StartSeries series) => Quartiles.Of(series.Pairs.Select(p => p.FirstAnswerDifference)).Median <= FirstAnswerBar;
}
