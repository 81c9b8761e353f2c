using Hearth.Tensors.Memory;

namespace Hearth.Tensors.Kernels;

/// <summary>The state of a layer of a sequence: numbers of a row. Borrowed.</summary>
/// <param name="Rows">The rows of all sequences.</param>
/// <param name="Row">The sequence's.</param>
/// <param name="At">Where the layer's numbers start; a multiple of 16.</param>
public readonly record struct RecurrentState(FloatRows Rows, int Row, int At)
{
    internal unsafe float* Start => Rows.Pointer(Row) + At;
}

/// <summary>The sizes of a gated delta net (Yang et al., Gated Delta Networks).</summary>
/// <param name="KeyHeads">Heads of queries and keys.</param>
/// <param name="ValueHeads">Heads of values, each with a state; a multiple of <paramref name="KeyHeads"/>.</param>
/// <param name="KeyLength">Numbers of a query or key; a multiple of 16.</param>
/// <param name="ValueLength">Numbers of a value; a multiple of 16.</param>
/// <param name="IsTiled">Whether value head h reads key head h mod key heads; otherwise value heads of a key head are neighbours.</param>
public sealed record DeltaNetShape(int KeyHeads, int ValueHeads, int KeyLength, int ValueLength, bool IsTiled)
{
    /// <summary>Numbers of queries, keys and values together, in this order.</summary>
    public int Channels => (2 * KeyHeads * KeyLength) + Values;

    /// <summary>Numbers of all values.</summary>
    public int Values => ValueHeads * ValueLength;

    /// <summary>Numbers of a head's state.</summary>
    public int StateLength => KeyLength * ValueLength;

    internal int KeyHead(int valueHead) => IsTiled ? valueHead % KeyHeads : valueHead / (ValueHeads / KeyHeads);
}
