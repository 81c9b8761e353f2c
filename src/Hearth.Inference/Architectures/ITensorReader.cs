using Hearth.Tensors.Memory;
using Hearth.Tensors.Quantization;

namespace Hearth.Inference.Architectures;

/// <summary>
/// How the tensors of a model are gone through: once to prove that they are there and to add up what they take (<see cref="TensorChecks"/>), and once to
/// load them (<see cref="TensorLoader"/>). The first makes nothing: what it gives is null, and nothing may be done with it but keep it.
/// </summary>
interface ITensorReader
{
    /// <summary>Whether the file has a tensor; asking for it makes it one that the architecture knows.</summary>
    bool Has(string name);

    /// <summary>Rows of tensors of <paramref name="columns"/> numbers as a matrix; groups of 16 rows of several parts alternate.</summary>
    WeightMatrix Matrix(int columns, params TensorRows[] parts);

    /// <summary>Numbers of tensors as a row, a number counting as a row of 1; groups of 16 numbers of several parts alternate, absent ones as 0.</summary>
    FloatRows Vector(params TensorRows[] parts);

    /// <summary>What adapters add to the matrix of these rows; null for nothing.</summary>
    LowRank? LowRank(int columns, TensorRows[] parts);
}

/// <summary>Rows of a tensor in the order in which the engine holds them.</summary>
/// <param name="Name">The tensor.</param>
/// <param name="Rows">How many rows are taken.</param>
/// <param name="First">The first of them.</param>
/// <param name="Of">How many rows the tensor has in all.</param>
/// <param name="Heads">The order within heads; null for the file's.</param>
sealed record TensorRows(string Name, int Rows, long First, long Of, HeadOrder? Heads = null)
{
    internal TensorRows(string name, int rows, HeadOrder? heads = null)
        : this(name, rows, 0, rows, heads)
    {
    }

    internal long Row(int index) => First + (Heads?.Row(index) ?? index);
}

/// <summary>The order of the rows of heads in which pairs that turn together are neighbours: scores do not depend on it.</summary>
/// <param name="Length">Rows of a head.</param>
/// <param name="Halves">Rows of it whose halves turn together; 0 where they are neighbours already.</param>
/// <param name="Step">Rows from one head to the next in the file.</param>
sealed record HeadOrder(int Length, int Halves, int Step)
{
    /// <summary>Rows from one to the next of a head in the file.</summary>
    internal int Across { get; init; } = 1;

    internal int Row(int index)
    {
        var (head, i) = (index / Length, index % Length);
        return (head * Step) + (Across * (i < Halves ? (i / 2) + (i % 2 * (Halves / 2)) : i));
    }
}
