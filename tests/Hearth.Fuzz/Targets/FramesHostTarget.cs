using Hearth.Requests.Chat;
using Hearth.Requests.Models;
using Hearth.Workers.Client;
using Hearth.Workers.Protocol;

namespace Hearth.Fuzz.Targets;

/// <summary>What a worker sends to a host that waits for replies of every kind: requests 1 to 9 in the order of the table, 10 abandoned.</summary>
static class FramesHostTarget
{
    const int Credit = 4, Vocabulary = 300;

    static readonly LoadedModel Model = new()
    {
        Architecture = "llama",
        ContextLength = 512,
        TrainedContextLength = 512,
        VocabularySize = Vocabulary,
        ParameterCount = 1,
        WeightBytes = 1,
        BytesPerToken = 1,
        KvCacheBytes = 1,
        InstructionSet = "",
        KernelDigest = "",
        NumericProfile = "1",
        TemplateDigest = "",
        Threads = (1, 1),
        LoadTime = default,
    };

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
            : null;
}
