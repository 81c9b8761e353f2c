namespace Hearth.Benchmarks.Peers;

/// <summary>One way to run llama.cpp. The comparison takes the best one of each model.</summary>
sealed record PeerSetting(int Threads, bool FlashAttention, bool Repack)
{
    static readonly bool[] OnAndOff = [true, false];

    /// <summary>Every combination for a number of threads.</summary>
    internal static IEnumerable<PeerSetting> All(int threads)
        => from flashAttention in OnAndOff
           from repack in OnAndOff
           select new PeerSetting(threads, flashAttention, repack);

    internal IEnumerable<string> Options
        => ["--threads", $"{Threads}", "--flash-attention", FlashAttention ? "1" : "0", "--repack", Repack ? "1" : "0"];

    public override string ToString()
        => $"{Threads} thread{(Threads == 1 ? "" : "s")}, flash attention {(FlashAttention ? "on" : "off")}, repack {(Repack ? "on" : "off")}";
}
