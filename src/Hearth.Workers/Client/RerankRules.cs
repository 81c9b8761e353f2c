using Hearth.Requests.Embedding;
using Hearth.Workers.Protocol;

namespace Hearth.Workers.Client;

/// <summary>What scores of documents can be: one for each, in order.</summary>
sealed class RerankRules(int documents)
{
    int _document;

    internal void Check(object reply)
    {
        var item = (RerankItem)reply;
        if (item.Document != _document++ || item.Document >= documents || !float.IsFinite(item.Score) || item.Tokens > item.TokensGiven)
            throw new ProtocolException($"The score of document {item.Document} cannot come now, or is no number; there are {documents}.");
    }
}
