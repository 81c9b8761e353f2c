using Hearth.Workers.Protocol;

namespace Hearth.Workers.Client;

/// <summary>What rows of logits can be: as many as were asked for, each as long as the vocabulary.</summary>
sealed class RowRules(int vocabularySize, int rows)
{
    int _rows;

    internal void Check(object reply)
    {
        var row = (float[])reply;
        if (++_rows > rows || row.Length != vocabularySize)
            throw new ProtocolException($"Row {_rows} of {rows} has {row.Length} logits; the vocabulary has {vocabularySize}.");
    }
}
