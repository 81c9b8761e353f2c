namespace Hearth.Benchmarks.Peers;

/// <summary>One round: the peer and Hearth, one after the other, on the same file. Tokens per second unless said otherwise.</summary>
/// <param name="PeerPrefill">By the peer's best setting for prefill.</param>
/// <param name="PeerDecode">By the peer's best setting for decode.</param>
/// <param name="Hearth">What <c>hearth bench</c> measured.</param>
/// <param name="UsedByOthers">Share of the machine that other processes used in the most disturbed run of the round, 0 to 1.</param>
sealed record Pair(double PeerPrefill, double PeerDecode, HearthRun Hearth, double UsedByOthers)
{
    internal bool IsValid => UsedByOthers <= PeerSample.MostUsedByOthers;

    internal double PrefillRatio => Hearth.Prefill / PeerPrefill;

    internal double DecodeRatio => Hearth.Decode / PeerDecode;
}

/// <summary>One run of <c>hearth bench</c>.</summary>
/// <param name="Prefill">Prompt tokens per second.</param>
/// <param name="Decode">Generated tokens per second.</param>
/// <param name="Int8Peak">Multiply-accumulates per second that the machine can do.</param>
/// <param name="PrefillRate">Multiply-accumulates per second of the matrices in prefill.</param>
/// <param name="RawRead">Bytes per second of a plain read of the weights.</param>
/// <param name="DecodeRate">Bytes of weights per second that decode read.</param>
sealed record HearthRun(double Prefill, double Decode, double Int8Peak, double PrefillRate, double RawRead, double DecodeRate)
{
    internal double ShareOfPeak => PrefillRate / Int8Peak;

    internal double ShareOfRawRead => DecodeRate / RawRead;
}
