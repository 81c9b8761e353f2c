using Hearth.Requests.Chat;
using Hearth.Server.Access;

namespace Hearth.Server.Serving;

/// <summary>What a request asks of a model, whichever API it was written for.</summary>
/// <param name="Prompt">What the model is to continue.</param>
/// <param name="Sampling">How tokens are drawn.</param>
sealed record AskedAnswer(Prompt Prompt, AskedSampling Sampling)
{
    /// <summary>How many of the most likely tokens are listed beside each; null for no log-probabilities.</summary>
    internal int? LogProbabilities { get; init; }

    /// <summary>What the answer must be; null leaves it free.</summary>
    internal AnswerConstraint? Constraint { get; init; }

    /// <summary>False: the answer ends after its first call.</summary>
    internal bool ManyCalls { get; init; } = true;

    /// <summary>True: the answer goes on where the model would end it.</summary>
    internal bool IgnoresEnd { get; init; }

    /// <summary>This, unless it has both a constraint and tools that may be called: the model can't do both at once.</summary>
    /// <param name="field">Where the request has the constraint.</param>
    /// <exception cref="Refusal">It has both.</exception>
    internal AskedAnswer Checked(string field) => this is { Constraint: not null, Prompt: ChatPrompt { Tools.Count: > 0, ToolChoice: not ToolChoice.None } }
        ? throw Refusal.Unsupported(field, $"'{field}' and tools are given together, which is not supported here. Leave the tools out, or let the model call them and constrain the answer after that.")
        : this;

    /// <summary>The request to the engine.</summary>
    /// <param name="settings">What holds where the request doesn't say.</param>
    /// <param name="index">Which of several answers.</param>
    internal GenerationRequest For(ModelSettings settings, int index) => settings.Asking with
    {
        Prompt = WithSystem(Prompt, settings),
        MaxTokens = Sampling.MaxTokens ?? settings.Asking.MaxTokens,
        Stop = Sampling.Stop.Count > 0 ? Sampling.Stop : settings.Asking.Stop,
        Sampling = Sampling.Over(settings.Asking.Sampling, index),
        LogProbabilities = LogProbabilities,
        Constraint = Constraint,
        IgnoreEndOfText = IgnoresEnd,
    };

    static Prompt WithSystem(Prompt prompt, ModelSettings settings) => prompt is ChatPrompt chat && settings.System is { } system && !chat.Messages.Any(m => m.Role is "system")
        ? chat with { Messages = [new("system", system), .. chat.Messages] }
        : prompt;
}
