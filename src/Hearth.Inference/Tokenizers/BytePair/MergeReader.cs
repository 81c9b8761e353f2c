using System.Runtime.CompilerServices;
using Hearth.Formats.Gguf;

namespace Hearth.Inference.Tokenizers.BytePair;

/// <summary>Reads the merges of a byte-level vocabulary: "left right" in the byte alphabet, the earliest first.</summary>
static class MergeReader
{
    const int LargestMerge = 1 << 16;

    // Runs over the whole vocabulary, once and at the start: compiled well at once, since there is no second time.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static MergeTable Read(GgufMetadata metadata, Vocabulary vocabulary)
    {
        var merges = metadata.GetStrings("tokenizer.ggml.merges");
        var table = new MergeTable(merges.Count);
        var bytes = new byte[LargestMerge];
        for (var rank = 0; rank < merges.Count; rank++)
        {
            var merge = merges[rank];
            // A space stands between the two; within them a space is written Ġ.
            var space = merge.Length > LargestMerge ? -1 : merge.IndexOf((byte)' ');
            if (space < 0
                || !ByteAlphabet.TryDecode(merge[..space], bytes, out var left)
                || !ByteAlphabet.TryDecode(merge[(space + 1)..], bytes.AsSpan(left), out var right))
                throw ModelError.Invalid($"Merge {rank} is not two tokens with a space between.", "two tokens in the byte alphabet");

            table.Add(
                Find(vocabulary, rank, "left part", bytes.AsSpan(0, left)),
                Find(vocabulary, rank, "right part", bytes.AsSpan(left, right)),
                rank,
                Find(vocabulary, rank, "result", bytes.AsSpan(0, left + right)));
        }

        return table;
    }

    static int Find(Vocabulary vocabulary, int rank, string part, ReadOnlySpan<byte> bytes)
    {
        var id = vocabulary.Find(bytes);
        return id >= 0 ? id : throw ModelError.Invalid($"The {part} of merge {rank} is not in the vocabulary.", "merges of tokens of the vocabulary");
    }
}
