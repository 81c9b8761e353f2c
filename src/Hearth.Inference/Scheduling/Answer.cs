using System.Text;
using System.Threading.Channels;
using Hearth.Inference.Constraints;
using Hearth.Inference.KvCache;
using Hearth.Inference.Sampling;
using Hearth.Inference.Tokenizers;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Events;

namespace Hearth.Inference.Scheduling;

/// <summary>One answer on its way: what the engine's thread knows of it.</summary>
sealed class Answer
{
    readonly Channel<GenerationEvent> _events;
    readonly Pieces _pieces;
    readonly GenerationRequest _request;
    readonly SamplerChain _sampler;
    readonly AnswerText _text;
    readonly Tokenizer _tokenizer;
    readonly TimeProvider _clock;
    readonly string _profile;
    readonly ulong _seed;
    readonly long _arrived;
    readonly int[] _next = new int[1];
    readonly Constraint? _constraint;
    bool _isConstrained;
    int[] _given;
    long _admitted, _prefilled;
    int _cached, _generated;

    /// <exception cref="EngineException">An option is out of range.</exception>
    internal Answer(
        GenerationRequest request, PreparedPrompt prompt, Tokenizer tokenizer, int contextLength, ulong seed, string profile, TimeProvider clock,
        bool inlineEvents, CancellationToken cancellation)
    {
        _events = Channel.CreateUnbounded<GenerationEvent>(new() { SingleReader = true, SingleWriter = true, AllowSynchronousContinuations = inlineEvents });
        _pieces = new(_events.Writer, clock);
        (_request, Prompt, _tokenizer, _seed, _profile, _clock, Cancellation) = (request, prompt.Tokens, tokenizer, seed, profile, clock, cancellation);
        _given = Prompt;
        _sampler = new(request.Sampling, tokenizer.VocabularySize);
        _text = new(prompt, tokenizer.NewDecoder(Prompt.Length > 0 ? Prompt[^1] : null), new(request.Stop), seed);
        _constraint = prompt.Constraint;
        if (_text.IsInContent)
            BeginContent("");
        _arrived = clock.GetTimestamp();
        Capacity = (int)Math.Min(contextLength, (long)Prompt.Length + (request.MaxTokens ?? contextLength));
    }

    internal int[] Prompt { get; }

    internal ReadOnlySpan<byte> Scope => _request.CacheScope.Span;

    internal bool UseCache => _request.UseCache;

    /// <summary>Positions that prompt and answer take at most; the cache has room for them before the answer starts.</summary>
    internal int Capacity { get; }

    internal CancellationToken Cancellation { get; }

    internal ChannelReader<GenerationEvent> Events => _events.Reader;

    /// <summary>Null until admitted and after the end.</summary>
    internal CachedSequence? Sequence { get; private set; }

    /// <summary>Tokens that are known but not computed yet, such as the prompt's; 0 while the answer is decoded.</summary>
    internal int Pending => Math.Max(0, _given.Length - Sequence!.Length);

    /// <summary>Where its logits are in the pass that is under way; −1 where it has none.</summary>
    internal int LogitRow { get; set; } = -1;

    internal void Admit(CachedSequence sequence)
    {
        Sequence = sequence;
        _cached = sequence.Length;
        _admitted = _clock.GetTimestamp();
        _events.Writer.TryWrite(new Admitted(Prompt.Length, _cached, _clock.GetElapsedTime(_arrived, _admitted)));
    }

    /// <summary>The tokens of the next pass: a part of what is given, or the token that was drawn last.</summary>
    internal ReadOnlySpan<int> NextTokens(int room) => Pending > 0 ? _given.AsSpan(Sequence!.Length, Math.Min(Pending, room)) : _next;

    /// <summary>Computes the whole sequence anew, by the long factors of its model.</summary>
    internal void BeginLong()
    {
        _given = [.. Sequence!.Tokens, .. _next];
        Sequence.BeginLong();
    }

    /// <summary>Draws the next token from the logits and tells what it means.</summary>
    /// <returns>Whether the answer is complete.</returns>
    internal bool Accept(ReadOnlySpan<float> logits)
    {
        if (_generated == 0)
            _prefilled = _clock.GetTimestamp();
        var sequence = Sequence!;
        var token = _isConstrained
            ? _sampler.Sample(logits, sequence.Tokens, _seed, sequence.Length, _constraint!)
            : _sampler.Sample(logits, sequence.Tokens, _seed, sequence.Length);
        _generated++;
        _next[0] = token;
        // Where nothing may follow, asking the model to say so would cost a pass.
        var isEnd = _isConstrained ? _tokenizer.Special.IsEnd(token) || _constraint!.IsFinished : _tokenizer.Special.IsEnd(token) && !_request.IgnoreEndOfText;
        var characters = _text.Read(token);
        FinishReason? reason =
            _text.StopText is not null ? FinishReason.Stop
            : isEnd ? FinishReason.EndOfText
            : _generated == _request.MaxTokens ? FinishReason.MaxTokens
            : sequence.Length >= Capacity ? FinishReason.ContextFull
            : null;
        var said = _text.Say(characters, token, isLast: reason is not null);
        if (reason is null && !_isConstrained && _text.IsInContent)
            said = said with { Text = BeginContent(said.Text.Reveal()) };
        _pieces.Say(said with
        {
            LogProbabilities = _request.LogProbabilities is { } k ? [LogProbabilities.Compute(logits, token, k)] : [],
        });
        if (reason is not { } end)
            return false;
        _pieces.Flush();
        _events.Writer.TryWrite(Complete(end));
        _events.Writer.TryComplete();
        return true;
    }

    /// <summary>What the model reasoned is over: the constraint holds from here on.</summary>
    /// <param name="begun">What was said already, by the token with which reasoning ended.</param>
    string BeginContent(string begun)
    {
        if (_constraint is null)
            return begun;
        begun = _text.BeginConstrained(begun);
        if (begun.Length > 0 && !_constraint.TryAdvance(Encoding.UTF8.GetBytes(begun)))
        {
            throw new EngineException(
                FailureCode.InvalidRequest, "The model ended its reasoning in the middle of a token whose rest is not what the constraint asks.", "", "Try again with another seed, or switch reasoning off.");
        }

        _isConstrained = true;
        return _text.SayBegun(begun);
    }

    /// <summary>Ends the answer with an error.</summary>
    internal void Fail(Exception error)
    {
        _pieces.Flush();
        _events.Writer.TryComplete(error);
    }

    internal CachedSequence Leave()
    {
        var sequence = Sequence!;
        Sequence = null;
        return sequence;
    }

    Completed Complete(FinishReason reason)
    {
        var now = _clock.GetTimestamp();
        return new(
            _text.Explain(reason), _text.StopText, Prompt.Length, _cached, _generated,
            new(_clock.GetElapsedTime(_admitted, _prefilled), _clock.GetElapsedTime(_prefilled, now), _clock.GetElapsedTime(_arrived, _prefilled)),
            _seed, _profile)
        {
            IncompleteToolCall = _text.IncompleteCall,
        };
    }
}
