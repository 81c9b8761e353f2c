using Hearth.Requests.Chat;
using Hearth.Requests.Models;
using Hearth.Workers.Client;
using Hearth.Workers.Protocol;
using Hearth.Workers.Protocol.Messages;

namespace Hearth.Fuzz.Targets;

/// <summary>What a worker sends to a host that waits for replies of every kind: requests 1 to 9 in the order of the table, 10 abandoned.</summary>
static class FramesHostTarget
{
    const int Credit = 4, Vocabulary = 300;

    static readonly LoadedModel Model = LoadMessages.Nothing with { ContextLength = 512, VocabularySize = Vocabulary };

    internal static void Run(ReadOnlySpan<byte> input)
    {
        var inbox = new HostInbox();
        var abandoned = new Exchange(10, Dialogue.Generate, Credit);
        foreach (var (dialogue, id) in Dialogue.All.Values.Select((dialogue, i) => (dialogue, (ulong)i + 1)))
            inbox.Open(new Exchange(id, dialogue, Credit, Rules(dialogue)));
        inbox.Open(abandoned);
        abandoned.Abandon();
        _ = inbox.ExpectPong();
        Frames.ReadAll(input, frame => inbox.Accept(frame));
    }

    static Action<object>? Rules(Dialogue dialogue)
        => dialogue == Dialogue.Generate ? new AnswerRules(Model, new GenerationRequest(new TextPrompt("")) { MaxTokens = 8 }).Check
            : dialogue == Dialogue.Logits ? new RowRules(Vocabulary, Credit).Check
            : dialogue == Dialogue.Measure ? new FigureRules(Credit).Check
            : null;
}
