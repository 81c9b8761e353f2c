using System.Text;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Events;

namespace Hearth.Cli.Output;

/// <summary>An answer, collected from its events.</summary>
sealed class Answer
{
    readonly StringBuilder _text = new(), _reasoning = new();
    readonly List<ToolCall> _calls = [];
    readonly List<int> _tokens = [];
    readonly List<TokenLogProbability> _logProbabilities = [];

    internal PrivateText Text => _text.ToString();

    /// <summary>What the model thought before.</summary>
    internal PrivateText Reasoning => _reasoning.ToString();

    internal IReadOnlyList<ToolCall> ToolCalls => _calls;

    internal IReadOnlyList<int> Tokens => _tokens;

    internal IReadOnlyList<TokenLogProbability> LogProbabilities => _logProbabilities;

    /// <summary>The last event; null while the answer is not complete.</summary>
    internal Completed? Completed { get; private set; }

    internal void Add(GenerationEvent step)
    {
        switch (step)
        {
            case Delta delta:
                _text.Append(delta.Text.Reveal());
                _reasoning.Append(delta.Reasoning.Reveal());
                _calls.AddRange(delta.ToolCalls);
                _tokens.AddRange(delta.Tokens);
                _logProbabilities.AddRange(delta.LogProbabilities);
                break;
            case Completed completed:
                Completed = completed;
                break;
        }
    }

    /// <summary>The last event; that it is missing is a fault of the engine.</summary>
    internal Completed Finish()
        => Completed ?? throw new EngineException(FailureCode.Internal, "The answer ended without its last event.", "one event that closes the answer.", "Please report it.");
}
