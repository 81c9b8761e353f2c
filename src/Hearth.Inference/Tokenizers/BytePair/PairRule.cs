namespace Hearth.Inference.Tokenizers.BytePair;

/// <summary>Pairs of tokens merge by their ranks in the table.</summary>
readonly ref struct PairRule(MergeTable merges, Span<int> tokens) : IMergeRule
{
    readonly Span<int> _tokens = tokens;

    public int Rank(int left, int right, int after) => merges.Rank(_tokens[left], _tokens[right]);

    public void Merge(int left, int rank) => _tokens[left] = merges.Merged(rank);
}
