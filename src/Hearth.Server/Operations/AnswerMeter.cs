using Hearth.Requests.Events;
using Hearth.Server.Routes;

namespace Hearth.Server.Operations;

/// <summary>One answer of a model while it is measured: from the request to the first token, from there to the last one, and how many there were.</summary>
/// <param name="call">Whose answer.</param>
/// <param name="operation">What the model does, in the words of OpenTelemetry's conventions.</param>
/// <param name="model">Its name on the list.</param>
sealed class AnswerMeter(Call call, string operation, string model) : IDisposable
{
    readonly long _begun = call.Service.Clock.GetTimestamp();
    (int Computed, int Cached, int Drawn) _tokens;
    TimeSpan? _first;
    TimeSpan _last;
    bool _isComplete;

    internal void Saw(GenerationEvent said)
    {
        if (said is Admitted admitted)
            _tokens = (admitted.PromptTokens - admitted.CachedTokens, admitted.CachedTokens, 0);
        _isComplete |= said is Completed;
        if (said is not Delta { Tokens.Count: > 0 and var drawn })
            return;
        _last = Elapsed;
        _first ??= _last;
        _tokens.Drawn += drawn;
    }

    /// <summary>Texts whose answer is no text: vectors, scores.</summary>
    internal void SawInput(int tokens) => _tokens.Computed += tokens;

    /// <summary>Nothing more follows.</summary>
    internal void Complete() => _isComplete = true;

    public void Dispose()
    {
        call.Record.Add(_tokens.Computed + _tokens.Cached, _tokens.Drawn);
        var next = _isComplete && _tokens.Drawn > 1 ? (_last - _first) / (_tokens.Drawn - 1) : null;
        call.Service.Meter.Count(operation, model, _tokens, Elapsed, _first, next, _isComplete);
    }

    TimeSpan Elapsed => call.Service.Clock.GetElapsedTime(_begun);
}
