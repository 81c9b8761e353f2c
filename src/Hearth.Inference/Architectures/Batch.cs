using Hearth.Inference.KvCache;

namespace Hearth.Inference.Architectures;

/// <summary>Which positions of a slice need results.</summary>
enum LogitsWanted
{
    None,
    First,
    Last,
    All,
}

/// <summary>What a pass gives for the positions that need results.</summary>
enum PassResult
{
    /// <summary>A score for each token of the vocabulary.</summary>
    Logits,

    /// <summary>The vectors after the last norm.</summary>
    Vectors,

    /// <summary>A score for each label of the model's classifier.</summary>
    Labels,
}

/// <summary>
/// What one pass computes: slices of sequences (prefill chunks, decodes, in any mixture), row after row. Reused from pass to pass; filling it
/// allocates nothing.
/// </summary>
/// <param name="maxRows">Rows at most.</param>
/// <param name="maxLogits">Rows at most whose results are wanted.</param>
/// <param name="result">What the results are.</param>
sealed class Batch(int maxRows, int maxLogits, PassResult result = PassResult.Logits)
{
    readonly int[] _tokens = new int[maxRows], _types = new int[maxRows], _positions = new int[maxRows], _logitRows = new int[maxLogits];
    readonly bool[] _isLong = new bool[maxRows];
    readonly int[] _states = new int[maxRows];
    readonly int[][] _pages = new int[maxRows][];
    readonly Slice[] _slices = new Slice[maxRows];

    /// <summary>Rows of one sequence at consecutive positions.</summary>
    internal readonly record struct Slice(int FirstRow, int Rows, int Position);

    internal int Rows { get; private set; }

    internal int LogitCount { get; private set; }

    internal int SliceCount { get; private set; }

    internal PassResult Result => result;

    /// <summary>Rows that can still be added.</summary>
    internal int Room => maxRows - Rows;

    /// <summary>Logit rows that can still be asked for.</summary>
    internal int LogitRoom => maxLogits - LogitCount;

    internal ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, Rows);

    internal ReadOnlySpan<Slice> Slices => _slices.AsSpan(0, SliceCount);

    /// <summary>For each logit row, the row of the pass that it comes from.</summary>
    internal int[] LogitRows => _logitRows;

    internal int Position(int row) => _positions[row];

    /// <summary>The type of a row's token, for models that know types.</summary>
    internal int TokenType(int row) => _types[row];

    /// <summary>Whether a row's sequence turns by the long factors.</summary>
    internal bool IsLong(int row) => _isLong[row];

    /// <summary>Where the state of a row's sequence is, for models with states.</summary>
    internal int State(int row) => _states[row];

    internal int[] Pages(int row) => _pages[row];

    internal void Clear() => (Rows, LogitCount, SliceCount) = (0, 0, 0);

    /// <summary>Adds the last <paramref name="count"/> positions of a sequence.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="count">How many.</param>
    /// <param name="wanted">Which of them need results.</param>
    /// <param name="types">The types of the tokens; empty for all of type 0.</param>
    /// <returns>The first of its logit rows.</returns>
    internal int Add(CachedSequence sequence, int count, LogitsWanted wanted, ReadOnlySpan<int> types = default)
    {
        var start = sequence.Length - count;
        _slices[SliceCount++] = new(Rows, count, start);
        var firstLogit = LogitCount;
        for (var i = 0; i < count; i++, Rows++)
        {
            (_tokens[Rows], _positions[Rows], _pages[Rows]) = (sequence.Tokens[start + i], start + i, sequence.Pages);
            (_types[Rows], _isLong[Rows], _states[Rows]) = (types.IsEmpty ? 0 : types[i], sequence.IsLong, sequence.State);
            if (wanted == LogitsWanted.All || (wanted == LogitsWanted.Last && i == count - 1) || (wanted == LogitsWanted.First && i == 0))
                _logitRows[LogitCount++] = Rows;
        }

        return firstLogit;
    }
}
