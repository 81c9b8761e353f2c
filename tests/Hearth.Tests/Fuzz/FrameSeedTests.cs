using Hearth.Fuzz.Targets;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Embedding;
using Hearth.Requests.Events;
using Hearth.Requests.Models;
using Hearth.Tests.Support;
using Hearth.WorkerDouble;
using Hearth.Workers.Protocol;
using Hearth.Workers.Protocol.Messages;

namespace Hearth.Tests.Fuzz;

/// <summary>The conversations that fuzzing of the link starts from, with every kind of frame. <c>GOLDEN=write</c> writes them.</summary>
public sealed class FrameSeedTests
{
    static readonly Dictionary<string, Action<FrameWriter>> FromWorkers = new()
    {
        ["seed-load"] = link =>
        {
            link.Write(FrameKind.LoadProgress, 1, new LoadProgress(1, 2), LoadMessages.Write);
            link.Write(FrameKind.Loaded, 1, FakeModel.Loaded, LoadMessages.Write);
            link.Write(FrameKind.Pong, 0, StateMessages.ReadPong([]), StateMessages.Write);
        },
        ["seed-file"] = link =>
        {
            link.Write(FrameKind.Inspected, 2, FakeModel.Inspection, InspectionMessages.Write);
            link.Write(FrameKind.Tokens, 3, (int[])[1, 299, 70_000], TextMessages.WriteTokens);
            link.Write(FrameKind.Text, 4, new PrivateText("é"), TextMessages.WriteText);
            link.Write(FrameKind.Failed, 5, new EngineException(FailureCode.Template, "found", "expected", "remedy") { Words = "words" }, FailureMessage.Write);
        },
        ["seed-answer"] = link =>
        {
            link.Write(FrameKind.Admitted, 6, new Admitted(5, 2, TimeSpan.FromSeconds(1)), GenerationEvents.Write);
            link.Write(FrameKind.Delta, 6, new Delta("ab", [7], [new(7, -0.5f, [new(7, -0.5f), new(8, -2)])]), DeltaMessage.Write);
            link.Write(FrameKind.Done, 6, new Completed(FinishReason.Stop, "\n", 5, 2, 1, new(default, TimeSpan.FromTicks(3), default), 9, "1"), GenerationEvents.Write);
            link.Write(FrameKind.Delta, FramesHostTarget.Abandoned, new Delta("late", [1], []) { Reasoning = "hm", ToolCalls = [new("id", "f", "{}")] }, DeltaMessage.Write);
            link.Write(FrameKind.Cancelled, FramesHostTarget.Abandoned);
        },
        ["seed-numbers"] = link =>
        {
            link.Write(FrameKind.LogitsItem, 7, new float[300], NumberMessages.WriteRow);
            link.Write(FrameKind.End, 7);
            link.Write(FrameKind.Measured, 8, new MeasurementEvent(MeasurementKind.Decode, 1, 2.5), NumberMessages.Write);
            link.Write(FrameKind.End, 8);
            link.Write(FrameKind.StatsReply, 9, StateMessages.ReadStats([]), StateMessages.Write);
            link.Write(FrameKind.Scored, 10, (double[])[-0.5, -2], ScoreMessages.WriteScored);
            link.Write(FrameKind.MachineMeasured, 11, FakeModel.Speed, MachineMessages.Write);
        },
        ["seed-vectors"] = link =>
        {
            link.Write(FrameKind.EmbedItem, 12, new EmbeddingItem(0, 0, [0.5f, -1], 3, 3), EmbeddingMessages.Write);
            link.Write(FrameKind.EmbedItem, 12, new EmbeddingItem(1, 0, [0, 1], 3, 9), EmbeddingMessages.Write);
            link.Write(FrameKind.End, 12);
            link.Write(FrameKind.RerankItem, 13, new RerankItem(0, 0.25f, 3, 3), EmbeddingMessages.Write);
            link.Write(FrameKind.RerankItem, 13, new RerankItem(1, -4, 3, 9), EmbeddingMessages.Write);
            link.Write(FrameKind.End, 13);
        },
    };

    static readonly Dictionary<string, Action<FrameWriter>> FromHosts = new()
    {
        ["seed-load"] = link =>
        {
            link.Write(FrameKind.Load, 1, new LoadOptions { ContextLength = 512, InstructionSet = "scalar", MemoryBudget = 1 << 30, Adapters = [new("a.gguf", 0.5f), new("b.gguf", -1)] }, LoadMessages.Write);
            link.Write(FrameKind.Stats, 2);
            link.Write(FrameKind.Ping, 0);
            link.Write(FrameKind.Shutdown, 0);
        },
        ["seed-file"] = link =>
        {
            link.Write(FrameKind.Inspect, 3, 4096, InspectionMessages.WriteContextLength);
            link.Write(FrameKind.Tokenize, 4, new TokenizeRequest("é", true), TextMessages.Write);
            link.Write(FrameKind.Detokenize, 5, (int[])[1, -1, 70_000], TextMessages.WriteDetokenize);
            link.Write(FrameKind.Render, 6, new RenderRequest("{}") { Template = "x", Now = new DateTime(2026, 1, 2) }, TextMessages.Write);
        },
        ["seed-answers"] = link =>
        {
            link.Write(FrameKind.Load, 1);
            var sampling = new SamplingOptions { Temperature = 0, Seed = 3, TopK = 2, MinP = 0, LogitBias = new Dictionary<int, float> { [5] = -1 } };
            ChatMessage[] calling = [new("assistant", "") { Reasoning = "hm", ToolCalls = [new("1", "f", "{}")] }, new("tool", "4") { ToolCallId = "1", ToolName = "f" }];
            Prompt[] prompts = [new ChatPrompt([new("user", "Hi"), .. calling], "{}") { Tools = [new("f", "d", "{}")] }, new TextPrompt("ab", true), new TokenPrompt([1, 2])];
            for (var i = 0; i < prompts.Length; i++)
            {
                var request = new GenerationRequest(prompts[i]) { MaxTokens = i, Sampling = sampling, Stop = ["\n", "END"], LogProbabilities = 2, CacheScope = new byte[32] };
                link.Write(FrameKind.Generate, (ulong)i + 2, new GenerateMessage(4, request), GenerateMessage.Write);
            }

            link.Write(FrameKind.Credit, 2, 3, StateMessages.WriteCredit);
            link.Write(FrameKind.Cancel, 3);
            link.Write(FrameKind.Logits, 8, new LogitsRequest(2, [1, 2, 3], true), NumberMessages.Write);
            link.Write(FrameKind.Measure, 9, new MeasureMessage(2, new()), NumberMessages.Write);
            link.Write(FrameKind.Score, 10, new ScoreRequest([1, 2, 3], 1), ScoreMessages.Write);
            link.Write(FrameKind.Embed, 12, new EmbedMessage(2, new([new TextPrompt("é", true), new TokenPrompt([1, 2])]) { Pooling = PoolingType.Mean, Normalize = false, Dimensions = 2, MaxTokens = 9 }), EmbeddingMessages.Write);
            link.Write(FrameKind.Rerank, 13, new RerankMessage(2, new(new TextPrompt("q"), [new TextPrompt("d"), new TokenPrompt([3])]) { MaxTokens = 9 }), EmbeddingMessages.Write);
            link.Write(FrameKind.MeasureMachine, 14, new MachineRequest(["Q4_0", "F16"]) { InstructionSet = "scalar" }, MachineMessages.Write);
        },
    };

    public static TheoryData<string, string> Names
        => [.. FromWorkers.Keys.Select(name => ("frames-host", name)), .. FromHosts.Keys.Select(name => ("frames-worker", name))];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_seed_is_the_conversation_that_is_written_today(string target, string name)
    {
        using var stream = new MemoryStream();
        var link = new FrameWriter(stream);
        if (target == "frames-host")
            link.Write(FrameKind.HelloAck, 0, new HelloAck(Hello.Current, "0.1.0"), HelloAck.Write);
        else
            link.Write(FrameKind.Hello, 0, new Hello(Hello.Current, Hello.Current), Hello.Write);
        (target == "frames-host" ? FromWorkers : FromHosts)[name](link);

        var path = Repository.At("tests", "Hearth.Fuzz", "corpus", target, name);
        if (Environment.GetEnvironmentVariable("GOLDEN") == "write")
            File.WriteAllBytes(path, stream.ToArray());
        Assert.Equal(File.ReadAllBytes(path), stream.ToArray());
    }
}
