using System.Runtime.CompilerServices;
using Hearth.Formats.Gguf;

namespace Hearth.Inference.Tokenizers.BytePair;

/// <summary>Turns a token as the merges write it into the bytes that it stands for; false where it cannot be one.</summary>
/// <param name="text">The token.</param>
/// <param name="bytes">At least as long.</param>
/// <param name="count">Bytes written.</param>
delegate bool TokenReader(ReadOnlySpan<byte> text, Span<byte> bytes, out int count);

/// <summary>Reads the merges of a vocabulary: "left right", the earliest first.</summary>
static class MergeReader
{
    const int LargestMerge = 1 << 16;

    // Runs over the whole vocabulary, once and at the start: compiled well at once, since there is no second time.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static MergeTable Read(GgufMetadata metadata, Vocabulary vocabulary, TokenReader read)
    {
        var merges = metadata.GetStrings("tokenizer.ggml.merges");
        var table = new MergeTable(merges.Count);
        var bytes = new byte[LargestMerge];
        for (var rank = 0; rank < merges.Count; rank++)
        {
            var merge = merges[rank];
            // A space stands between the two; within them a space is written Ġ or ▁.
            var space = merge.Length > LargestMerge ? -1 : merge.IndexOf((byte)' ');
            if (space < 0
                || !read(merge[..space], bytes, out var left)
                || !read(merge[(space + 1)..], bytes.AsSpan(left), out var right))
                throw ModelError.Invalid($"Merge {rank} is not two tokens with a space between.", "two tokens, in the byte alphabet where the vocabulary is");

            table.Add(
                Find(vocabulary, rank, "left part", bytes.AsSpan(0, left)),
                Find(vocabulary, rank, "right part", bytes.AsSpan(left, right)),
                rank,
                Find(vocabulary, rank, "result", bytes.AsSpan(0, left + right)));
        }

        return table;
    }

    /// <summary>Tokens as they are.</summary>
    internal static bool Text(ReadOnlySpan<byte> text, Span<byte> bytes, out int count)
    {
        text.CopyTo(bytes);
        count = text.Length;
        return true;
    }

    static int Find(Vocabulary vocabulary, int rank, string part, ReadOnlySpan<byte> bytes)
    {
        var id = vocabulary.Find(bytes);
        return id >= 0 ? id : throw ModelError.Invalid($"The {part} of merge {rank} is not in the vocabulary.", "merges of tokens of the vocabulary");
    }
}
