using System.Text;
using Hearth.Requests.Chat;
using Hearth.Requests.Events;

namespace Hearth.Server.Serving;

/// <summary>An answer that is sent as a whole.</summary>
sealed class GatheredAnswer
{
    readonly StringBuilder _text = new(), _reasoning = new();

    internal string Text => _text.ToString();

    internal string Reasoning => _reasoning.ToString();

    internal List<ToolCall> ToolCalls { get; } = [];

    internal List<TokenLogProbability> LogProbabilities { get; } = [];

    /// <summary>Its end.</summary>
    internal Completed Completed { get; private set; } = null!;

    internal static async Task<GatheredAnswer> OfAsync(IAsyncEnumerable<GenerationEvent> events)
    {
        var answer = new GatheredAnswer();
        await foreach (var said in events)
            answer.Add(said);
        return answer;
    }

    internal void Add(GenerationEvent said)
    {
        if (said is Completed completed)
            Completed = completed;
        if (said is not Delta delta)
            return;
        _text.Append(delta.Text.Reveal());
        _reasoning.Append(delta.Reasoning.Reveal());
        ToolCalls.AddRange(delta.ToolCalls);
        LogProbabilities.AddRange(delta.LogProbabilities);
    }
}
