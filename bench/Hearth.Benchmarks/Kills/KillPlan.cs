namespace Hearth.Benchmarks.Kills;

/// <summary>What a worker is doing when its end comes.</summary>
enum Stage
{
    /// <summary>From the call that starts it to its greeting.</summary>
    Starting,

    /// <summary>It loads the model.</summary>
    Loading,

    /// <summary>It answers.</summary>
    Answering,
}

/// <summary>When and how one worker is ended; drawn by a seed, so that a run can be repeated.</summary>
/// <param name="Stage">Counted from the beginning of this stage.</param>
/// <param name="Share">So much of the stage's usual length; above 1 it may have gone on to the next.</param>
/// <param name="BySignal">Killed by somebody else; otherwise the host gives it up in the middle.</param>
readonly record struct KillPlan(Stage Stage, double Share, bool BySignal)
{
    /// <summary>Half of the workers are loading; of the others more answer than start.</summary>
    internal static KillPlan Draw(int seed, int index)
    {
        var random = new Random(unchecked((seed * 1_000_003) + index));
        var stage = random.Next(10) switch { < 5 => Stage.Loading, < 8 => Stage.Answering, _ => Stage.Starting };
        return new(stage, random.NextDouble() * 1.1, random.Next(4) > 0);
    }
}
