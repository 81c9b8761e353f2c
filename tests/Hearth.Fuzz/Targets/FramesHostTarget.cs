using Hearth.Requests.Chat;
using Hearth.Requests.Models;
using Hearth.Workers.Client;
using Hearth.Workers.Protocol;
using Hearth.Workers.Protocol.Messages;

namespace Hearth.Fuzz.Targets;

/// <summary>What a worker sends to a host that waits for replies of every kind: requests 1, 2, … in the order of the table, and one that is abandoned.</summary>
static class FramesHostTarget
{
    internal const ulong Abandoned = 99;

    const int Credit = 4, Vocabulary = 300;

    static readonly LoadedModel Model = LoadMessages.Nothing with { ContextLength = 512, VocabularySize = Vocabulary, EmbeddingLength = 2 };

    internal static void Run(ReadOnlySpan<byte> input)
    {
        var inbox = new HostInbox();
        var abandoned = new Exchange(Abandoned, Dialogue.Generate, Credit);
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
            : dialogue == Dialogue.Score ? new ScoreRules(2).Check
            : dialogue == Dialogue.Embed ? new EmbeddingRules(Model, new([new TextPrompt(""), new TextPrompt("")])).Check
            : dialogue == Dialogue.Rerank ? new RerankRules(2).Check
            : dialogue == Dialogue.MeasureMachine ? new MachineRules(["Q4_0", "F16"]).Check
            : null;
}
