using Hearth.Tensors.Memory;

namespace Hearth.Tensors.Kernels;

/// <summary>Query rows that attend together.</summary>
/// <param name="FirstRow">First row of the pass.</param>
/// <param name="Rows">Rows of one sequence at consecutive positions.</param>
/// <param name="Position">Position of the first row.</param>
/// <param name="Length">Positions of the sequence that are in the cache.</param>
/// <param name="Pages">The sequence's pages in order.</param>
/// <param name="KvHead">The key and value head.</param>
/// <param name="FirstHead">The first query head.</param>
/// <param name="Heads">Query heads; rows × heads is at most <see cref="MaxQueries"/>.</param>
public readonly record struct AttentionTile(int FirstRow, int Rows, int Position, int Length, int[] Pages, int KvHead, int FirstHead, int Heads)
{
    /// <summary>Queries of a tile at most: what the float tile holds in registers.</summary>
    public const int MaxQueries = 6;
}

/// <summary>What a query sees, and what becomes of its scores.</summary>
/// <param name="Scale">The factor of q · k.</param>
public sealed record AttentionRule(float Scale)
{
    /// <summary>How many positions before its own a query sees.</summary>
    public int Before { get; init; } = int.MaxValue;

    /// <summary>How many positions after its own a query sees: 0 for causal attention.</summary>
    public int After { get; init; }

    /// <summary>c of c · tanh(score / c), which bounds the scores; 0 for none.</summary>
    public float SoftCap { get; init; }

    /// <summary>For each query head one more score in the softmax, without a value (attention sinks); null for none. Borrowed.</summary>
    public FloatRows? Sinks { get; init; }

    /// <summary>The positions that a query sees, the end excluded.</summary>
    internal (int From, int To) Visible(int position, int length)
        => (Math.Max(0, position - Math.Min(position, Before)), After >= length - position ? length : position + After + 1);
}
