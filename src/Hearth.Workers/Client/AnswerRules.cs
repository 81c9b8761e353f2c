using Hearth.Requests.Chat;
using Hearth.Requests.Events;
using Hearth.Requests.Models;
using Hearth.Workers.Protocol;

namespace Hearth.Workers.Client;

/// <summary>What an answer to this request can be: no more tokens than fit, none outside the vocabulary, counts that agree.</summary>
sealed class AnswerRules(LoadedModel model, GenerationRequest request)
{
    /// <summary>A text that was held back may come without a token; that happens seldom.</summary>
    const int SpareDeltas = 64;

    readonly int _mostTokens = Math.Min(Math.Max(request.MaxTokens ?? int.MaxValue, 0), model.ContextLength);
    Admitted _admitted = new(0, 0, TimeSpan.Zero);
    int _tokens;
    int _deltas;

    internal void Check(object reply)
    {
        switch (reply)
        {
            case Admitted admitted: Check(admitted); break;
            case Delta delta: Check(delta); break;
            case Completed completed: Check(completed); break;
        }
    }

    void Check(Admitted admitted)
    {
        if (admitted.PromptTokens > model.ContextLength || admitted.CachedTokens > admitted.PromptTokens)
            throw new ProtocolException($"A prompt of {admitted.PromptTokens} tokens with {admitted.CachedTokens} cached ones was admitted to {model.ContextLength} positions.");
        _admitted = admitted;
    }

    void Check(Delta delta)
    {
        _tokens += delta.Tokens.Count;
        if (_tokens > _mostTokens + 1)
            throw new ProtocolException($"An answer has {_tokens} tokens; {_mostTokens} is the most.");
        if (++_deltas > _mostTokens + SpareDeltas)
            throw new ProtocolException($"An answer of at most {_mostTokens} tokens came in {_deltas} pieces.");
        if (delta.Tokens.Any(IsStrange) || delta.LogProbabilities.Any(p => p.Top.Any(t => IsStrange(t.Token))))
            throw new ProtocolException($"A token of an answer is outside the vocabulary of {model.VocabularySize}.");
        if (delta.LogProbabilities.Any(p => IsStrange(p.LogProbability) || p.Top.Any(t => IsStrange(t.LogProbability))))
            throw new ProtocolException("A logarithm of a probability is above 0, or no number.");
    }

    void Check(Completed completed)
    {
        if (completed.PromptTokens != _admitted.PromptTokens || completed.CachedTokens != _admitted.CachedTokens)
        {
            throw new ProtocolException(
                $"An answer ends with a prompt of {completed.PromptTokens} tokens with {completed.CachedTokens} cached ones; {_admitted.PromptTokens} with {_admitted.CachedTokens} were admitted.");
        }

        if (completed.GeneratedTokens > _mostTokens + 1)
            throw new ProtocolException($"An answer claims {completed.GeneratedTokens} tokens; {_mostTokens} is the most.");
    }

    bool IsStrange(int token) => token >= model.VocabularySize;

    // In single precision one can be minus infinity, where logits lie as far apart as they can.
    static bool IsStrange(float logProbability) => !(logProbability <= 0);
}
