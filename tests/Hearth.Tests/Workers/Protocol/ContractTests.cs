using System.Globalization;
using System.Text;
using CsCheck;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Embedding;
using Hearth.Requests.Events;
using Hearth.Requests.Models;
using Hearth.Tests.Support;
using Hearth.WorkerDouble;
using Hearth.Workers.Protocol;
using Hearth.Workers.Protocol.Messages;
using Contract = Hearth.Workers.Contract;

namespace Hearth.Tests.Workers.Protocol;

/// <summary>worker.proto is the contract: its numbers are frozen, and Google's implementation of it reads what our codec writes.</summary>
public sealed class ContractTests
{
    static readonly ToolCall Call = new("1", "f", "{\"a\": 1}");

    static readonly ChatMessage Calling = new("assistant", "") { Reasoning = "", ToolCalls = [Call], ToolCallId = "", ToolName = "f" };

    static readonly GenerationRequest Everything = new(new ChatPrompt([new("user", "héllo"), Calling], "{}")
    {
        Tools = [new("f", "", "{}"), new("g", null, "")],
        ToolChoice = ToolChoice.None,
        RequiredTool = "",
    })
    {
        MaxTokens = 0,
        Sampling = new()
        {
            Temperature = 0.5f,
            TopK = -1,
            TopP = 0.25f,
            MinP = float.NaN,
            TypicalP = 2,
            RepetitionPenalty = 1.5f,
            PresencePenalty = -3,
            FrequencyPenalty = float.PositiveInfinity,
            PenaltyWindow = -1,
            LogitBias = new Dictionary<int, float> { [-7] = 1, [300] = -100 },
            Seed = 0,
        },
        Stop = ["", "##"],
        LogProbabilities = 20,
        IgnoreEndOfText = true,
        CacheScope = Enumerable.Range(0, 32).Select(i => (byte)i).ToArray(),
        UseCache = false,
        Constraint = new(ConstraintKind.Regex, "[é]*"),
    };

    static readonly Delta Piece = new("é", [1, 299], [new(1, -0.5f, []), new(299, float.NegativeInfinity, [new(7, -1), new(8, -2)])]) { Reasoning = "hm", ToolCalls = [Call] };

    static readonly Completed End = new(FinishReason.IncompleteToolCall, "", 1, 2, 3, new(new(4), new(5), new(6)), ulong.MaxValue, "1") { IncompleteToolCall = "" };

    static readonly LoadOptions Options = new()
    {
        ContextLength = -1,
        KvType = KvType.F32,
        Activations = ActivationType.Float,
        PrefillThreads = 256,
        DecodeThreads = 1,
        InstructionSet = "",
        MemoryBudget = long.MinValue,
        CacheLength = -1,
        Adapters = [new("é.gguf", -0.5f), new("", 0), new("é.gguf", float.MaxValue)],
    };

    static readonly EmbeddingRequest Vectors = new([new TextPrompt("é", true), new TokenPrompt([5, -5])])
    {
        Pooling = PoolingType.Last,
        Normalize = false,
        Dimensions = 0,
        MaxTokens = -1,
    };

    /// <summary>For every message: our bytes, Google's reader, our reader with our writer behind it.</summary>
    static readonly Dictionary<string, (byte[] Bytes, MessageParser Parser, Func<byte[], byte[]> Again)> Samples = new()
    {
        ["Hello"] = Of(new Hello(1, 3), Hello.Write, Contract.Hello.Parser, b => Hello.Read(b)),
        ["HelloAck"] = Of(new HelloAck(1, "0.1.0"), HelloAck.Write, Contract.HelloAck.Parser, b => HelloAck.Read(b)),
        ["Load"] = Of(Options, LoadMessages.Write, Contract.Load.Parser, b => LoadMessages.ReadOptions(b)),
        ["LoadProgress"] = Of(new LoadProgress(1, 1L << 40), LoadMessages.Write, Contract.LoadProgress.Parser, b => LoadMessages.ReadProgress(b)),
        ["Loaded"] = Of(FakeModel.Loaded, LoadMessages.Write, Contract.Loaded.Parser, b => LoadMessages.ReadLoaded(b)),
        ["Inspect"] = Of(-5, InspectionMessages.WriteContextLength, Contract.Inspect.Parser, b => InspectionMessages.ReadContextLength(b)),
        ["Inspected"] = Of(FakeModel.Inspection, InspectionMessages.Write, Contract.Inspected.Parser, b => InspectionMessages.ReadInspection(b)),
        ["Tokenize"] = Of(new TokenizeRequest("🔥", true), TextMessages.Write, Contract.Tokenize.Parser, b => TextMessages.ReadTokenize(b)),
        ["Tokens"] = Of<IReadOnlyList<int>>([0, 127, 128, int.MaxValue], TextMessages.WriteTokens, Contract.Tokens.Parser, b => TextMessages.ReadTokens(b)),
        ["Detokenize"] = Of<IReadOnlyList<int>>([0, -1, int.MinValue, int.MaxValue], TextMessages.WriteDetokenize, Contract.Detokenize.Parser, b => TextMessages.ReadDetokenize(b)),
        ["Render"] = Of(new RenderRequest("{}") { Template = "", Now = DateTime.MaxValue }, TextMessages.Write, Contract.Render.Parser, b => TextMessages.ReadRender(b)),
        ["Text"] = Of<PrivateText>(new string('x', 20_000), TextMessages.WriteText, Contract.Text.Parser, b => TextMessages.ReadText(b)),
        ["Constraint"] = Of(new AnswerConstraint(ConstraintKind.Regex, "é"), ConstraintMessage.Write, Contract.Constraint.Parser, b => ConstraintMessage.Read(b)),
        ["Generate"] = Of(new GenerateMessage(64, Everything), GenerateMessage.Write, Contract.Generate.Parser, b => GenerateMessage.Read(b)),
        ["Admitted"] = Of(new Admitted(3, 2, new(1)), GenerationEvents.Write, Contract.Admitted.Parser, b => GenerationEvents.ReadAdmitted(b)),
        ["Delta"] = Of(Piece, DeltaMessage.Write, Contract.Delta.Parser, b => DeltaMessage.Read(b)),
        ["Done"] = Of(End, GenerationEvents.Write, Contract.Done.Parser, b => GenerationEvents.ReadDone(b)),
        ["Logits"] = Of(new LogitsRequest(4, [5, -5], true), NumberMessages.Write, Contract.Logits.Parser, b => NumberMessages.ReadLogits(b)),
        ["LogitsItem"] = Of((float[])[0, -0f, float.NaN, 1e38f], NumberMessages.WriteRow, Contract.LogitsItem.Parser, b => NumberMessages.ReadRow(b)),
        ["Score"] = Of(new ScoreRequest([5, -5], -1), ScoreMessages.Write, Contract.Score.Parser, b => ScoreMessages.ReadRequest(b)),
        ["Scored"] = Of((double[])[0, -0d, double.NaN, -1e300], ScoreMessages.WriteScored, Contract.Scored.Parser, b => ScoreMessages.ReadScored(b)),
        ["MeasureMachine"] = Of(new MachineRequest(["Q4_0", ""]) { Width = -1, StreamBytes = long.MinValue, Threads = 3, InstructionSet = "" }, MachineMessages.Write, Contract.MeasureMachine.Parser, b => MachineMessages.ReadRequest(b)),
        ["MachineMeasured"] = Of(FakeModel.Speed, MachineMessages.Write, Contract.MachineMeasured.Parser, b => MachineMessages.ReadSpeed(b)),
        ["Embed"] = Of(new EmbedMessage(4, Vectors), EmbeddingMessages.Write, Contract.Embed.Parser, b => EmbeddingMessages.ReadEmbed(b)),
        ["EmbedItem"] = Of(new EmbeddingItem(1, 2, [0.5f, -0f, float.NaN], 3, 4), EmbeddingMessages.Write, Contract.EmbedItem.Parser, b => EmbeddingMessages.ReadEmbedItem(b)),
        ["Rerank"] = Of(new RerankMessage(4, new(new TextPrompt("q", true), [new TokenPrompt([1]), new TextPrompt("")]) { MaxTokens = -1 }), EmbeddingMessages.Write, Contract.Rerank.Parser, b => EmbeddingMessages.ReadRerank(b)),
        ["RerankItem"] = Of(new RerankItem(1, -0.5f, 3, 4), EmbeddingMessages.Write, Contract.RerankItem.Parser, b => EmbeddingMessages.ReadRerankItem(b)),
        ["Measure"] = Of(new MeasureMessage(4, new(-1, 2, 3)), NumberMessages.Write, Contract.Measure.Parser, b => NumberMessages.ReadMeasure(b)),
        ["Measured"] = Of(new MeasurementEvent(MeasurementKind.DecodeRate, 4, 1e12), NumberMessages.Write, Contract.Measured.Parser, b => NumberMessages.ReadMeasured(b)),
        ["StatsReply"] = Of(new EngineStats(1, 2, 3, 4, 5, 6, 7, 8), StateMessages.Write, Contract.StatsReply.Parser, b => StateMessages.ReadStats(b)),
        ["Pong"] = Of(new Pong(long.MaxValue, 1), StateMessages.Write, Contract.Pong.Parser, b => StateMessages.ReadPong(b)),
        ["Credit"] = Of(4096, StateMessages.WriteCredit, Contract.Credit.Parser, b => StateMessages.ReadCredit(b)),
        ["Failed"] = Of(new EngineException(FailureCode.Confinement, "m", "e", "r") { Words = "w", PromptTokens = 7, Part = RequestPart.Model }, FailureMessage.Write, Contract.Failed.Parser, b => FailureMessage.Read(b)),
    };

    public static TheoryData<string> Names => [.. Samples.Keys];

    [Fact]
    public void The_numbers_of_the_contract_are_frozen()
    {
        // A changed line here means that older hosts and workers misunderstand this build: append instead, and raise Hello.Current.
        var text = new StringBuilder();
        foreach (var kind in Enum.GetValues<FrameKind>())
            text.Append(CultureInfo.InvariantCulture, $"kind {(int)kind} {kind}\n");
        foreach (var message in Contract.WorkerReflection.Descriptor.MessageTypes)
        {
            text.Append(CultureInfo.InvariantCulture, $"message {message.Name}\n");
            foreach (var field in message.Fields.InFieldNumberOrder())
                text.Append(CultureInfo.InvariantCulture, $"  {field.FieldNumber} {field.Name} {Describe(field)}\n");
        }

        foreach (var type in Contract.WorkerReflection.Descriptor.EnumTypes)
            text.Append(CultureInfo.InvariantCulture, $"enum {type.Name} {string.Join(' ', type.Values.Select(v => $"{v.Name}={v.Number}"))}\n");
        Golden.Matches(text.ToString(), "contract.txt");
    }

    [Fact]
    public void The_enums_of_the_contract_are_the_enums_of_the_requests()
    {
        Assert.Equal(Numbers<KvType>(), Numbers<Contract.KvType>());
        Assert.Equal(Numbers<ActivationType>(), Numbers<Contract.ActivationType>());
        Assert.Equal(Numbers<FinishReason>(), Numbers<Contract.FinishReason>());
        Assert.Equal(Numbers<ToolChoice>(), Numbers<Contract.ToolChoice>());
        Assert.Equal(Numbers<MeasurementKind>(), Numbers<Contract.MeasurementKind>());
        Assert.Equal(Numbers<PoolingType>(), Numbers<Contract.PoolingType>());
        Assert.Equal(Numbers<FailureCode>(), Numbers<Contract.FailureCode>());
    }

    [Fact]
    public void Every_message_with_fields_has_a_sample()
        => Assert.Equal(
            Contract.WorkerReflection.Descriptor.MessageTypes.Where(m => m.Fields.InDeclarationOrder().Count > 0).Select(m => m.Name)
                .Except(["Adapter", "AdapterFacts", "MetadataEntry", "TensorEntry", "MemoryEstimate", "ModelWork", "MatrixWork", "FormatSpeed", "EmbedInput", "ChatPrompt", "ChatMessage", "ToolDefinition", "ToolCall", "TextPrompt", "TokenPrompt", "Sampling"]).Order(),
            Samples.Keys.Order());

    [Theory, MemberData(nameof(Names))]
    public void What_we_write_is_read_by_the_foreign_implementation_and_written_back_the_same(string name)
    {
        var (bytes, parser, again) = Samples[name];
        Assert.Equal(bytes, parser.WithDiscardUnknownFields(true).ParseFrom(bytes).ToByteArray());
        Assert.Equal(bytes, again(bytes));
    }

    [Theory, MemberData(nameof(Names))]
    public void Every_field_of_the_contract_is_in_the_sample(string name)
    {
        var message = (IMessage)Samples[name].Parser.ParseFrom(Samples[name].Bytes);
        var absent = message.Descriptor.Fields.InFieldNumberOrder()
            .Where(f => f.RealContainingOneof is null && (f.IsRepeated ? ((System.Collections.IList)f.Accessor.GetValue(message)).Count == 0
                : f.HasPresence ? !f.Accessor.HasValue(message) : f.Accessor.GetValue(message) is 0 or 0u or 0L or 0UL or 0f or 0d or false or ""));
        Assert.Empty(absent.Select(f => f.Name));
    }

    [Fact]
    public void The_foreign_implementation_understands_what_we_mean()
    {
        var request = Contract.Generate.Parser.ParseFrom(Samples["Generate"].Bytes);
        Assert.Equal(Contract.Generate.PromptOneofCase.Chat, request.PromptCase);
        Assert.Equal("héllo", request.Chat.Messages[0].Content);
        Assert.True(request.HasMaxTokens && request.MaxTokens == 0 && request.Sampling.HasSeed && request.SkipCache);
        Assert.Equal((-1, -1), (request.Sampling.TopK, request.Sampling.PenaltyWindow));
        Assert.Equal([-7, 300], request.Sampling.BiasTokens);
        Assert.Equal(["", "##"], request.Stop);

        var delta = Contract.Delta.Parser.ParseFrom(Samples["Delta"].Bytes);
        Assert.Equal([0u, 2u], delta.TopCounts);
        Assert.Equal([7u, 8u], delta.TopTokens);
        Assert.Equal(0.5f, request.Sampling.Temperature);
    }

    [Fact]
    public void Every_generation_request_survives_the_journey()
        => Gen.Select(Gen.String, Gen.Int, Gen.Int.Array[0, 300], Gen.Float, Gen.ULong, Gen.String.Array[0, 5]).Sample((text, number, ids, value, seed, stops) =>
        {
            Prompt prompt = (number & 3) switch
            {
                0 => new TextPrompt(text, number < 0),
                1 => new TokenPrompt(ids),
                _ => new ChatPrompt([.. stops.Select(s => new ChatMessage(text, s) { Reasoning = text, ToolCalls = [new(s, text, s)] })], PrivateText.OrNull(number < 0 ? text : null))
                {
                    Tools = [.. stops.Select(s => new ToolDefinition(text, s, s))],
                },
            };
            var request = new GenerationRequest(prompt)
            {
                MaxTokens = number % 5 == 0 ? null : number,
                Stop = [.. stops],
                Sampling = new()
                {
                    Temperature = value,
                    TopK = number,
                    Seed = number % 7 == 0 ? null : seed,
                    LogitBias = ids.Distinct().ToDictionary(i => i, _ => value),
                },
            };
            var bytes = Bytes(new GenerateMessage(1, request), GenerateMessage.Write);
            var read = GenerateMessage.Read(bytes);
            Assert.Equal(bytes, Contract.Generate.Parser.WithDiscardUnknownFields(true).ParseFrom(bytes).ToByteArray());
            Assert.Equal(bytes, Bytes(read, GenerateMessage.Write));
            Assert.Equal((request.MaxTokens, request.Sampling.TopK, request.Sampling.Seed), (read.Request.MaxTokens, read.Request.Sampling.TopK, read.Request.Sampling.Seed));
        }, iter: 2000);

    static (byte[] Bytes, MessageParser Parser, Func<byte[], byte[]> Again) Of<T>(T message, Action<WireWriter, T> write, MessageParser parser, Func<byte[], T> read)
        => (Bytes(message, write), parser, bytes => Bytes(read(bytes), write));

    static byte[] Bytes<T>(T message, Action<WireWriter, T> write)
        => FrameWriter.Encode(new(), FrameKind.Text, 1, message, write)[Frame.HeaderBytes..].ToArray();

    static string Describe(FieldDescriptor field)
        => (field.IsRepeated ? "repeated " : field.HasPresence && field.FieldType != FieldType.Message ? "optional " : "")
            + (field.FieldType == FieldType.Message ? field.MessageType.Name : field.FieldType.ToString());

    static IEnumerable<int> Numbers<T>()
        where T : struct, Enum
        => Enum.GetValues<T>().Select(v => Convert.ToInt32(v, CultureInfo.InvariantCulture));
}
