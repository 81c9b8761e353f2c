namespace Hearth.Fuzz.Targets;

/// <summary>Opens the input as a model in two files: the length of the first in two bytes, the first, the second.</summary>
static class GgufSplitTarget
{
    internal static void Run(ReadOnlySpan<byte> input)
    {
        var first = ScratchFile.Holding(ScratchFile.TakePiece(ref input), "first");
        GgufTarget.Check([first, ScratchFile.Holding(input, "second")]);
    }
}
