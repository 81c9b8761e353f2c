namespace Hearth.Benchmarks.Peers;

/// <summary>One run of the peer with one setting.</summary>
/// <param name="Setting">How it ran.</param>
/// <param name="Prefill">Prompt tokens per second.</param>
/// <param name="Decode">Generated tokens per second.</param>
/// <param name="UsedByOthers">Share of the machine that other processes used meanwhile, 0 to 1.</param>
sealed record PeerSample(PeerSetting Setting, double Prefill, double Decode, double UsedByOthers)
{
    /// <summary>A run is thrown away when others used more of the machine than this.</summary>
    internal const double MostUsedByOthers = 0.05;

    internal bool IsValid => UsedByOthers <= MostUsedByOthers;
}
