using Hearth.Benchmarks.Measuring;

namespace Hearth.Benchmarks.Serving;

/// <summary>One figure of a model.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Bar">What it may be at most.</param>
/// <param name="Values">Of each round.</param>
/// <param name="Dropped">Rounds in which others used too much.</param>
sealed record ServingFigure(string Name, double Bar, List<double> Values, int Dropped)
{
    internal Quartiles Result => Quartiles.Of(Values);

    internal bool IsMet => Result.Median <= Bar;
}
