namespace Hearth.Benchmarks.Confinement;

/// <summary>Tokens per second of a confined worker and an unconfined one that took turns; medians over the turns.</summary>
/// <param name="PrefillInside">Prefill of the confined one.</param>
/// <param name="PrefillOutside">Prefill of the unconfined one.</param>
/// <param name="DecodeInside">Decode of the confined one.</param>
/// <param name="DecodeOutside">Decode of the unconfined one.</param>
/// <param name="UsedByOthers">Share of the machine that others used meanwhile, 0 to 1.</param>
sealed record SpeedRound(double PrefillInside, double PrefillOutside, double DecodeInside, double DecodeOutside, double UsedByOthers)
{
    internal double PrefillRatio => PrefillInside / PrefillOutside;

    internal double DecodeRatio => DecodeInside / DecodeOutside;
}
