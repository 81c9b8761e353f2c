namespace Hearth.Inference.Tokenizers;

/// <summary>Which neighbours of a word merge, and how early. Parts are known by their positions in the word.</summary>
interface IMergeRule
{
    /// <summary>The rank of a pair, lower is earlier, or <see cref="Merger.Never"/>.</summary>
    /// <param name="left">The position of the left part.</param>
    /// <param name="right">The position of the right part.</param>
    /// <param name="after">The position of the part after both, or the number of positions.</param>
    int Rank(int left, int right, int after);

    /// <summary>The pair of this rank has become one part at the position of its left one.</summary>
    void Merge(int left, int rank);
}
