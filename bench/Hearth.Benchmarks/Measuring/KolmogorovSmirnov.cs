namespace Hearth.Benchmarks.Measuring;

/// <summary>Whether two samples are of one distribution: the test of Kolmogorov and Smirnov (W. Press et al., Numerical Recipes, third edition, 14.3).</summary>
static class KolmogorovSmirnov
{
    /// <summary>How likely samples of one distribution are to differ as much as these two.</summary>
    internal static double Test(IEnumerable<double> one, IEnumerable<double> other)
    {
        var (a, b) = (one.Order().ToArray(), other.Order().ToArray());
        var effective = Math.Sqrt((double)a.Length * b.Length / (a.Length + b.Length));
        return Probability((effective + 0.12 + (0.11 / effective)) * Distance(a, b));
    }

    /// <summary>The largest distance between the two shares of values up to a point.</summary>
    static double Distance(double[] a, double[] b)
    {
        var (i, j, largest) = (0, 0, 0.0);
        while (i < a.Length && j < b.Length)
        {
            var value = Math.Min(a[i], b[j]);
            while (i < a.Length && a[i] <= value)
                i++;
            while (j < b.Length && b[j] <= value)
                j++;
            largest = Math.Max(largest, Math.Abs(((double)i / a.Length) - ((double)j / b.Length)));
        }

        return largest;
    }

    static double Probability(double x)
    {
        // Below this the sum converges slowly, and the answer is 1 to three digits.
        if (x < 0.3)
            return 1;
        var (sum, sign) = (0.0, 1.0);
        for (var k = 1; k <= 100; k++, sign = -sign)
            sum += sign * Math.Exp(-2 * k * k * x * x);
        return Math.Clamp(2 * sum, 0, 1);
    }
}
