using Iced.Intel;

namespace Hearth.KernelGenerator;

/// <summary>
/// A tile of activations as the kernels read it (ActivationTile of Hearth.Tensors). A block: columns × 32 s8 codes, then columns × scale, −Σq (int32), d · Σq.
/// Apart from the blocks, for layouts with scales per 16: 2 × columns × −Σq of each half, then 2 × columns × d · Σq.
/// </summary>
/// <param name="columns">Columns of the tile.</param>
/// <param name="terms">1, or 2 where there are scales per 16.</param>
/// <param name="block">Points to the block.</param>
/// <param name="halves">Points to what is apart; used where there are two terms.</param>
sealed class ActivationBlock(int columns, int terms, AssemblerRegister64 block, AssemblerRegister64 halves)
{
    const int Codes = 32, NumberBytes = 4;

    /// <summary>Four codes of a column from k on.</summary>
    internal AssemblerMemoryOperand Code(int column, int k) => block + ((Codes * column) + k);

    internal AssemblerMemoryOperand Scale(int column) => Number(0, column);

    internal AssemblerMemoryOperand NegatedSum(int term, int column) => terms == 1 ? Number(1, column) : Half(term, column);

    internal AssemblerMemoryOperand Product(int term, int column) => terms == 1 ? Number(2, column) : Half(2 + term, column);

    /// <summary>Goes on to the next block.</summary>
    internal void Advance(Assembler a)
    {
        a.add(block, columns * (Codes + (3 * NumberBytes)));
        if (terms > 1)
            a.add(halves, columns * 4 * NumberBytes);
    }

    AssemblerMemoryOperand Number(int part, int column) => block + ((Codes * columns) + (NumberBytes * ((part * columns) + column)));

    AssemblerMemoryOperand Half(int part, int column) => halves + (NumberBytes * ((part * columns) + column));
}
