using Hearth.Tensors.Memory;
using Hearth.Tensors.Quantization;
using Hearth.Tensors.Threading;

namespace Hearth.Tensors.Kernels;

/// <summary>
/// The arithmetic of a pass on one kernel path. All paths give the same bits (numeric profile 1). Methods are called by all members of a crew at the
/// same place; those that say so end with a barrier.
/// </summary>
public abstract class Kernels
{
    /// <summary>The rules of arithmetic with 8-bit activations.</summary>
    public const string IntegerProfile = "hearth-1";

    /// <summary>The rules of arithmetic with float32 activations.</summary>
    public const string FloatProfile = "hearth-1-float";

    /// <summary>Rows up to which every member makes activations ready for itself, without a barrier.</summary>
    public const int FewRows = ActivationTile.MaxFewRows;

    /// <summary>Scratch memory that a crew member needs for passes of up to <paramref name="rows"/> rows and <paramref name="columns"/> columns.</summary>
    public static long ScratchBytes(int rows, int columns)
        => (1 << 20) + (((long)rows + 8) * 32 * sizeof(float)) + ((long)columns * sizeof(float));

    /// <summary>The path's name.</summary>
    public abstract string Name { get; }

    /// <summary>SHA-256 of the generated code in lower-case hexadecimal, empty where the path uses none.</summary>
    public virtual string Digest => "";

    /// <summary>Makes rows ready for matrices: normalizes them if a norm is given, then quantizes or copies them. Ends with a barrier unless they are few.</summary>
    /// <param name="member">The calling member.</param>
    /// <param name="source">Rows to read.</param>
    /// <param name="map">Which row of the source each is; empty for the first ones in order.</param>
    /// <param name="rows">How many.</param>
    /// <param name="norm">The normalization, or null.</param>
    /// <param name="target">Takes them.</param>
    /// <param name="forms">What the matrices take (<see cref="WeightMatrix.TakesFloat"/>).</param>
    /// <exception cref="NotFiniteException">A number is infinite or not a number.</exception>
    public abstract void Prepare(
        CrewMember member, FloatRows source, ReadOnlySpan<int> map, int rows, Norm? norm, Activations target, ActivationForms forms);

    /// <summary>Multiplies prepared rows by a matrix. No barrier at the end.</summary>
    /// <param name="member">The calling member.</param>
    /// <param name="weights">The matrix.</param>
    /// <param name="activations">The rows.</param>
    /// <param name="rows">How many.</param>
    /// <param name="output">Takes the results.</param>
    /// <param name="epilogue">What happens to the sums.</param>
    /// <param name="firstRow">The row of <paramref name="output"/> that takes the first one's results.</param>
    /// <param name="addend">Numbers added to the sums before the epilogue, row by row as the matrix gives them; null for none.</param>
    public abstract void Multiply(
        CrewMember member, WeightMatrix weights, Activations activations, int rows, FloatRows output, Epilogue epilogue, int firstRow = 0, FloatRows? addend = null);

    /// <summary>Normalizes a row into another or the same one. No barrier.</summary>
    public abstract void Normalize(FloatRows source, int row, Norm norm, FloatRows target, int targetRow);

    /// <summary>Normalizes each head of a row of queries or keys in place. No barrier.</summary>
    /// <param name="rows">Rows of queries or keys.</param>
    /// <param name="row">Which row.</param>
    /// <param name="heads">Heads.</param>
    /// <param name="headLength">Numbers in a head; a multiple of 16.</param>
    /// <param name="norm">The normalization, as long as a head.</param>
    public abstract void NormalizeHeads(FloatRows rows, int row, int heads, int headLength, Norm norm);

    /// <summary>Adds a row times a factor to another row, rounding once. No barrier.</summary>
    public abstract void AddScaled(FloatRows source, int row, float factor, FloatRows target, int targetRow);

    /// <summary>Multiplies a row by the logistic function of another one. No barrier.</summary>
    public abstract void Gate(FloatRows gate, int row, FloatRows target);

    /// <summary>A row's causal convolution between two gates: y = out · conv(in · x). No barrier.</summary>
    /// <param name="parts">Rows of input gate, output gate and x; changed.</param>
    /// <param name="row">Which row.</param>
    /// <param name="weights">A weight for each tap and channel, tap after tap.</param>
    /// <param name="taps">Positions that are seen.</param>
    /// <param name="width">Channels.</param>
    /// <param name="channels">Those that are computed, in whole sixteens.</param>
    /// <param name="state">The last inputs; changed.</param>
    /// <param name="output">Takes the results.</param>
    public abstract void GatedConvolution(
        FloatRows parts, int row, FloatRows weights, int taps, int width, (int From, int To) channels, RecurrentState state, FloatRows output);

    /// <summary>A row's causal convolution and silu, in place. No barrier.</summary>
    public abstract void Convolution(FloatRows rows, int row, FloatRows weights, int taps, (int From, int To) channels, RecurrentState state);

    /// <summary>One position of one value head of a gated delta net: o = norm(Sᵀq) · silu(gate). No barrier.</summary>
    /// <param name="member">The calling member.</param>
    /// <param name="mixed">Rows of queries, keys and values.</param>
    /// <param name="row">Which row.</param>
    /// <param name="shape">The net's sizes.</param>
    /// <param name="head">The value head.</param>
    /// <param name="gates">Decay and rate.</param>
    /// <param name="state">The head's state; changed.</param>
    /// <param name="norm">As long as a value.</param>
    /// <param name="gate">Rows of gates.</param>
    /// <param name="output">Takes the head's numbers.</param>
    public abstract void DeltaNet(
        CrewMember member, FloatRows mixed, int row, DeltaNetShape shape, int head, DeltaGates gates, RecurrentState state, Norm norm, FloatRows gate, FloatRows output);

    /// <summary>Turns the heads of one row of queries or keys by the angles of its position.</summary>
    /// <param name="rows">Rows of queries and keys.</param>
    /// <param name="row">Which row.</param>
    /// <param name="heads">Heads.</param>
    /// <param name="headLength">Numbers in a head; a multiple of 16.</param>
    /// <param name="angles">Row 2i: cosines; row 2i + 1: signed sines.</param>
    /// <param name="angle">Which pair of rows.</param>
    public abstract void Rotate(FloatRows rows, int row, int heads, int headLength, FloatRows angles, int angle);

    /// <summary>Writes one position's keys and values of all heads into the cache.</summary>
    /// <exception cref="NotFiniteException">A number does not fit the cache's format.</exception>
    public abstract void StoreKeyValue(KvStore cache, int page, int slot, int layer, FloatRows keys, FloatRows values, int row);

    /// <summary>Attention of up to six query rows (positions × heads that share keys) over their sequence's pages.</summary>
    public abstract void Attend(
        CrewMember member, KvStore cache, int layer, in AttentionTile tile, FloatRows queries, FloatRows output, AttentionRule rule);

    /// <summary>Reads a share of a matrix and does nothing with it: the raw read speed that decode is held against.</summary>
    public abstract void Read(CrewMember member, WeightMatrix weights);

    /// <summary>Multiplies 8-bit numbers at full speed without memory.</summary>
    /// <returns>Multiply-accumulates done.</returns>
    public abstract long Spin(long rounds);
}

/// <summary>A number on the way to the logits is infinite, not a number, or does not fit the cache.</summary>
public sealed class NotFiniteException(string message) : ArithmeticException(message);
