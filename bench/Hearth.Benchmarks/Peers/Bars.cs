namespace Hearth.Benchmarks.Peers;

/// <summary>What the comparison must reach, as medians over the valid pairs.</summary>
static class Bars
{
    internal const double Prefill = 1.5, Decode = 1.0;

    /// <summary>Decode against a raw read of the same buffers; for models that no cache of the processor holds.</summary>
    internal const double ShareOfRawRead = 0.85;

    internal static bool CountsRawRead(string model) => model != "smol";
}
