using Hearth.Inference.Constraints;
using Hearth.Requests;
using Hearth.Requests.Chat;

namespace Hearth.Inference.Sampling;

/// <summary>Draws tokens: applies the steps to the logits of one position and draws from what is left.</summary>
/// <remarks>
/// One chain serves one answer at a time; it owns its buffers and allocates nothing after construction. The same logits, history, seed and position
/// give the same token on every machine, so that any token can be drawn again.
/// </remarks>
sealed class SamplerChain
{
    readonly int _vocabulary;
    readonly SamplingOptions _options;
    readonly ISamplerStep[] _steps;

    // Null where one pass over the logits finds the token.
    readonly Candidates? _candidates;

    // Draws where a constraint refused the first draw; made when that happens.
    SamplerChain? _masked;

    /// <summary>A chain with the steps in the documented order.</summary>
    /// <exception cref="Requests.EngineException"><see cref="Requests.FailureCode.InvalidRequest"/>: an option is outside its range.</exception>
    internal SamplerChain(SamplingOptions options, int vocabulary)
        : this(options, vocabulary, SamplerSteps.OrderFor(options))
    {
    }

    /// <summary>A chain with chosen steps in a chosen order.</summary>
    internal SamplerChain(SamplingOptions options, int vocabulary, IReadOnlyList<string> order)
        : this(options, vocabulary, SamplerSteps.Make(options, vocabulary, order))
    {
    }

    SamplerChain(SamplingOptions options, int vocabulary, ISamplerStep[] steps)
    {
        SamplingRules.Check(options, vocabulary);
        (_vocabulary, _options, _steps) = (vocabulary, options, steps);
        if (_steps is not [Temperature { IsGreedy: true }])
            _candidates = new(vocabulary, Capacity(_steps, vocabulary));
    }

    /// <summary>Draws the token that follows.</summary>
    /// <param name="logits">One for each token of the vocabulary; not changed.</param>
    /// <param name="history">The sequence so far; penalties look at its end.</param>
    /// <param name="seed">Keys the random generator.</param>
    /// <param name="position">Absolute position of the drawn token.</param>
    /// <exception cref="Requests.EngineException"><see cref="Requests.FailureCode.NotFinite"/>: a logit is infinite or not a number.</exception>
    internal int Sample(ReadOnlySpan<float> logits, ReadOnlySpan<int> history, ulong seed, long position)
    {
        if (logits.Length != _vocabulary)
            throw new ArgumentException($"{logits.Length} logits for a vocabulary of {_vocabulary}.", nameof(logits));
        return _candidates is null ? Argmax.Of(logits) : Draw(Filter(_candidates, logits, history), seed, position, attempt: 0);
    }

    /// <summary>Draws the token that follows from those that a constraint allows, and advances it.</summary>
    /// <remarks>
    /// What is drawn freely is nearly always allowed, and to ask costs little; the mask of all tokens is computed only where it isn't. Both draws together are one of the
    /// masked distribution: a token has its own share of the first, and its share of what was refused in the second.
    /// </remarks>
    internal int Sample(ReadOnlySpan<float> logits, ReadOnlySpan<int> history, ulong seed, long position, Constraint constraint)
    {
        var token = Sample(logits, history, seed, position);
        if (constraint.TryAdvance(token))
            return token;
        _masked ??= new(_options, _vocabulary, [new AllowedTokens(constraint), .. SamplerSteps.Make(_options, _vocabulary, SamplerSteps.OrderFor(_options))]);
        token = Draw(_masked.Filter(logits, history), seed, position, attempt: 1);
        return constraint.TryAdvance(token) ? token : throw new EngineException(FailureCode.Internal, "A mask allows a token that its constraint refuses.");
    }

    /// <summary>The candidates after all steps.</summary>
    internal Candidates Filter(ReadOnlySpan<float> logits, ReadOnlySpan<int> history)
        => Filter(_candidates ?? new(_vocabulary, 1), logits, history);

    Candidates Filter(Candidates candidates, ReadOnlySpan<float> logits, ReadOnlySpan<int> history)
    {
        candidates.Load(logits);
        foreach (var step in _steps)
            step.Apply(candidates, history);
        return candidates;
    }

    /// <summary>Inverts the cumulative distribution over ascending ids.</summary>
    static int Draw(Candidates candidates, ulong seed, long position, int attempt)
    {
        if (candidates.Count == 1)
            return candidates.IdAt(0);
        var best = candidates.MostLikely();
        var highest = candidates.Logits[best];
        var point = Philox.Uniform(seed, position, attempt) * candidates.Total(highest);
        var weights = candidates.Weights(highest);
        for (var i = 0; i < weights.Length; i++)
        {
            point -= weights[i];
            if (point < 0)
                return candidates.IdAt(i);
        }

        // The terms were subtracted in another order than they were summed: rounding can leave a last crumb.
        return candidates.IdAt(best);
    }

    /// <summary>What the first filter leaves at most: nothing after it needs more room.</summary>
    static int Capacity(ISamplerStep[] steps, int vocabulary)
    {
        var first = Array.Find(steps, step => step.Leaves(vocabulary) > 0);
        return first?.Leaves(vocabulary) ?? vocabulary;
    }
}
