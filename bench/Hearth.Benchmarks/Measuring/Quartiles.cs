namespace Hearth.Benchmarks.Measuring;

/// <summary>Median and quartiles of some samples, linearly interpolated between neighbours.</summary>
readonly record struct Quartiles(double Low, double Median, double High)
{
    internal static Quartiles Of(IEnumerable<double> samples)
    {
        var sorted = samples.Order().ToArray();
        return sorted.Length == 0
            ? new Quartiles(double.NaN, double.NaN, double.NaN)
            : new Quartiles(At(sorted, 0.25), At(sorted, 0.5), At(sorted, 0.75));
    }

    static double At(double[] sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
