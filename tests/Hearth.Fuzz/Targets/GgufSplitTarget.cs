using Hearth.Formats.Gguf;

namespace Hearth.Fuzz.Targets;

/// <summary>Opens the input as a model in two files: the length of the first in two bytes, the first, the second.</summary>
static class GgufSplitTarget
{
    internal static void Run(ReadOnlySpan<byte> input)
    {
        var first = ScratchFile.Holding(ScratchFile.TakePiece(ref input), "first");
        GgufTarget.Run([first, ScratchFile.Holding(input, "second")], Check);
    }

    static void Check(GgufFile file)
    {
        var (number, count, tensors) = (file.Metadata.GetUInt32("split.no"), file.Metadata.GetUInt32("split.count"), file.Metadata.GetUInt32("split.tensors.count"));
        FuzzFinding.Unless((number, count, tensors) == (0, 2, file.Tensors.Count), "the files are all parts of one model, the first in front");
    }
}
