using Hearth.Requests.Embedding;
using Hearth.Requests.Models;
using Hearth.Workers.Protocol;

namespace Hearth.Workers.Client;

/// <summary>What vectors can be: of the inputs in order, as many and as long as were asked for.</summary>
sealed class EmbeddingRules(LoadedModel model, EmbeddingRequest request)
{
    readonly int _length = request.Dimensions ?? model.EmbeddingLength;
    int _input, _row;

    internal void Check(object reply)
    {
        var item = (EmbeddingItem)reply;
        // A pooled input has one row; without pooling a new input may begin once the one before has some.
        if (item.Input == _input + 1 && _row > 0)
            (_input, _row) = (item.Input, 0);
        if (item.Input != _input || item.Row != _row || item.Input >= request.Inputs.Count || (_row > 0 && request.Pooling != PoolingType.None))
            throw new ProtocolException($"Vector {item.Row} of input {item.Input} cannot come now; {_row} of input {_input} is due.");
        if (item.Vector.Length != _length || item.Row >= item.Tokens || item.Tokens > model.ContextLength || item.Tokens > item.TokensGiven)
            throw new ProtocolException($"A vector has {item.Vector.Length} numbers, not {_length}, or belongs to {item.Tokens} of {item.TokensGiven} tokens.");
        if (!Array.TrueForAll(item.Vector, float.IsFinite))
            throw new ProtocolException($"Vector {item.Row} of input {item.Input} holds what is no finite number.");
        _row++;
    }
}
