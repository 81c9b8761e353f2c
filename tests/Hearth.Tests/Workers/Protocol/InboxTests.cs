using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Embedding;
using Hearth.Requests.Events;
using Hearth.Requests.Models;
using Hearth.WorkerDouble;
using Hearth.Workers.Client;
using Hearth.Workers.Protocol;
using Hearth.Workers.Protocol.Messages;

namespace Hearth.Tests.Workers.Protocol;

/// <summary>Frames that are sound one by one, but may not come now.</summary>
public sealed class InboxTests
{
    static readonly byte[] Ack = [0x08, Hello.Current];
    static readonly byte[] OneVector = [0x1A, 16, .. new byte[16], 0x20, 1, 0x28, 1];
    static readonly byte[] OneToken = [0x12, 1, 7];
    static readonly byte[] TokenPrompt = [0x22, 3, 0x0A, 1, 2];

    /// <summary>
    /// Frames from a worker to a host that has asked for an answer (1), logits (2), tokens (3), a load (4), figures (5), the machine's speed (6), two vectors (7),
    /// vectors of tokens (8), one score of a document (9) and scores of two tokens (10).
    /// </summary>
    static readonly Dictionary<string, ((FrameKind, ulong, byte[])[] Frames, string Rule)> FromWorkers = new()
    {
        ["a reply before the greeting"] = ([(FrameKind.Tokens, 3, [])], "request 3, which is not open"),
        ["a second greeting"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.HelloAck, 0, Ack)], "request 0, which is not open"),
        ["another version"] = ([(FrameKind.HelloAck, 0, [0x08, 99])], "chose version 99"),
        ["a reply to nobody"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.Tokens, 99, [])], "request 99, which is not open"),
        ["a frame that only hosts send"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.Load, 4, [])], "kind 2 cannot come now"),
        ["a pong without a ping"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.Pong, 0, [])], "without a Ping"),
        ["a piece before admission"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.Delta, 1, OneToken)], "kind 136 cannot come now"),
        ["a second admission"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.Admitted, 1, []), (FrameKind.Admitted, 1, [])], "kind 135 cannot come now"),
        ["an end without admission"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.Done, 1, [])], "kind 137 cannot come now"),
        ["a piece after the end"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.Admitted, 1, []), (FrameKind.Done, 1, []), (FrameKind.Delta, 1, OneToken)], "request 1, which is not open"),
        ["the reply of another request"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.Text, 3, [])], "kind 134 cannot come now"),
        ["more pieces than granted"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.Admitted, 1, []), (FrameKind.Delta, 1, OneToken), (FrameKind.Delta, 1, OneToken), (FrameKind.Delta, 1, OneToken)], "than were granted"),
        ["a cancellation that nobody asked for"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.Cancelled, 1, [])], "kind 144 cannot come now"),
        ["a token outside the vocabulary"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.Admitted, 1, []), (FrameKind.Delta, 1, [0x12, 2, 0xAC, 2])], "outside the vocabulary of 300"),
        ["more tokens than asked for"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.Admitted, 1, []), (FrameKind.Delta, 1, [0x12, 5, 1, 1, 1, 1, 1])], "5 tokens; 3 is the most"),
        ["a prompt longer than the context"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.Admitted, 1, [0x08, 0x81, 4])], "513 tokens"),
        ["an end with another prompt than was admitted"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.Admitted, 1, [0x08, 5]), (FrameKind.Done, 1, [0x18, 6])], "6 tokens with 0 cached ones"),
        ["an end with more cached than was admitted"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.Admitted, 1, [0x08, 5, 0x10, 2]), (FrameKind.Done, 1, [0x18, 5, 0x20, 3])], "5 tokens with 3 cached ones"),
        ["a model of endless context"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.Loaded, 4, [0x10, 0xFF, 0xFF, 0xFF, 0xFF, 0x07])], "268435456 is the most"),
        ["a figure of a round that nobody asked for"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.Measured, 5, [0x10, 2])], "round 2; 2 rounds"),
        ["more figures than there are"] = ([(FrameKind.HelloAck, 0, Ack), .. Enumerable.Repeat<(FrameKind, ulong, byte[])>((FrameKind.Measured, 5, [0x10, 1]), 13)], "Figure 13"),
        ["more scores than tokens"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.Scored, 10, [0x0A, 24, .. new byte[24]])], "3 logarithms of probabilities came for 2 tokens"),
        ["a score above certainty"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.Scored, 10, [0x0A, 16, .. new byte[15], 0x40])], "or one is above 0"),
        ["a score that is no number"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.Scored, 10, [0x0A, 16, .. new byte[14], 0xF8, 0x7F])], "or not finite"),
        ["a score without end"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.Scored, 10, [0x0A, 16, .. new byte[14], 0xF0, 0xFF])], "or not finite"),
        ["a token likelier than certain"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.Admitted, 1, []), (FrameKind.Delta, 1, [0x12, 1, 1, 0x1A, 4, 0, 0, 0, 0x40, 0x22, 1, 0])], "above 0, or no number"),
        ["a likely token whose logarithm is no number"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.Admitted, 1, []), (FrameKind.Delta, 1, [0x12, 1, 1, 0x1A, 4, 0, 0, 0, 0, 0x22, 1, 1, 0x2A, 1, 1, 0x32, 4, 0, 0, 0xC0, 0x7F])], "above 0, or no number"),
        ["a vector that holds no number"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.EmbedItem, 7, [0x1A, 16, .. new byte[14], 0xC0, 0x7F, 0x20, 1, 0x28, 1])], "no finite number"),
        ["the speed of other formats"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.MachineMeasured, 6, [])], "other formats than were asked for"),
        ["a vector of another length"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.EmbedItem, 7, [0x1A, 4, 0, 0, 0, 0, 0x20, 1, 0x28, 1])], "has 1 numbers, not 4"),
        ["the second vector first"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.EmbedItem, 7, [0x08, 1, 0x1A, 16, .. new byte[16], 0x20, 1, 0x28, 1])], "Vector 0 of input 1 cannot come now"),
        ["two vectors of one text"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.EmbedItem, 7, OneVector), (FrameKind.EmbedItem, 7, OneVector)], "Vector 0 of input 0 cannot come now"),
        ["the vectors of tokens where one was asked for"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.EmbedItem, 7, [0x1A, 16, .. new byte[16], 0x20, 2, 0x28, 2]), (FrameKind.EmbedItem, 7, [0x10, 1, 0x1A, 16, .. new byte[16], 0x20, 2, 0x28, 2])], "Vector 1 of input 0 cannot come now"),
        ["a third vector of two"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.EmbedItem, 7, OneVector), (FrameKind.EmbedItem, 7, [0x08, 1, .. OneVector]), (FrameKind.EmbedItem, 7, [0x08, 2, .. OneVector])], "Vector 0 of input 2 cannot come now"),
        ["a vector of a token that is not there"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.EmbedItem, 8, [0x1A, 4, 0, 0, 0, 0, 0x20, 1, 0x28, 1]), (FrameKind.EmbedItem, 8, [0x10, 1, 0x1A, 4, 0, 0, 0, 0, 0x20, 1, 0x28, 1])], "belongs to 1 of 1 tokens"),
        ["more tokens than were given"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.EmbedItem, 7, [0x1A, 16, .. new byte[16], 0x20, 2, 0x28, 1])], "belongs to 2 of 1 tokens"),
        ["the score of another document"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.RerankItem, 9, [0x08, 1])], "score of document 1 cannot come now"),
        ["a second score of one document"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.RerankItem, 9, []), (FrameKind.RerankItem, 9, [0x08, 1])], "score of document 1 cannot come now"),
        ["a score of a document that is no number"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.RerankItem, 9, [0x15, 0, 0, 0xC0, 0x7F])], "or is no number"),
        ["half a score"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.Scored, 10, [0x0A, 12, .. new byte[12]])], "has 12 bytes"),
        ["a row of another length"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.LogitsItem, 2, [0x0A, 4, 0, 0, 0, 0])], "has 1 logits"),
        ["a second model"] = ([(FrameKind.HelloAck, 0, Ack), (FrameKind.Loaded, 4, []), (FrameKind.Loaded, 4, [])], "request 4, which is not open"),
        ["endless progress"] = ([(FrameKind.HelloAck, 0, Ack), .. Enumerable.Repeat<(FrameKind, ulong, byte[])>((FrameKind.LoadProgress, 4, []), 1025)], "than were granted"),
        ["a failure of the link itself"] = ([(FrameKind.Failed, 0, [0x12, 3, .. "why"u8])], "why"),
    };

    /// <summary>Frames from a host to a worker.</summary>
    static readonly Dictionary<string, ((FrameKind, ulong, byte[])[] Frames, string Rule)> FromHosts = new()
    {
        ["a request before the greeting"] = ([(FrameKind.Inspect, 1, [])], "before Hello"),
        ["a second greeting"] = ([(FrameKind.Hello, 0, []), (FrameKind.Hello, 0, [])], "Hello came twice"),
        ["a frame that only workers send"] = ([(FrameKind.Hello, 0, []), (FrameKind.Done, 1, [])], "kind 137"),
        ["a request without a number"] = ([(FrameKind.Hello, 0, []), (FrameKind.Inspect, 0, [])], "Request 0 follows request 0"),
        ["a number used twice"] = ([(FrameKind.Hello, 0, []), (FrameKind.Inspect, 5, []), (FrameKind.Inspect, 5, [])], "Request 5 follows request 5"),
        ["an answer before a model"] = ([(FrameKind.Hello, 0, []), (FrameKind.Generate, 1, TokenPrompt)], "before Loaded"),
        ["a second load"] = ([(FrameKind.Hello, 0, []), (FrameKind.Load, 1, []), (FrameKind.Load, 2, [])], "Load came twice"),
        ["credit for a request that never was"] = ([(FrameKind.Hello, 0, []), (FrameKind.Credit, 1, [0x08, 1])], "cannot belong to request 1"),
        ["a cancellation of the link"] = ([(FrameKind.Hello, 0, []), (FrameKind.Cancel, 0, [])], "cannot belong to request 0"),
        ["a ping with a number"] = ([(FrameKind.Hello, 0, []), (FrameKind.Ping, 1, [])], "cannot belong to request 1"),
        ["too many requests"] = ([(FrameKind.Hello, 0, []), .. Enumerable.Range(1, 161).Select(i => (FrameKind.Inspect, (ulong)i, Array.Empty<byte>()))], "More than 160"),
    };

    public static TheoryData<string> WorkerCases => [.. FromWorkers.Keys];

    public static TheoryData<string> HostCases => [.. FromHosts.Keys];

    [Theory, MemberData(nameof(WorkerCases))]
    public void A_worker_that_sends_it_broke_a_rule(string name)
    {
        var (frames, rule) = FromWorkers[name];
        var inbox = new HostInbox();
        var request = new GenerationRequest(new TextPrompt("")) { MaxTokens = 3 };
        inbox.Open(new Exchange(1, Dialogue.Generate, 2, new AnswerRules(FakeModel.Loaded, request).Check));
        inbox.Open(new Exchange(2, Dialogue.Logits, 2, new RowRules(300, 1).Check));
        inbox.Open(new Exchange(3, Dialogue.Tokenize, 0));
        inbox.Open(new Exchange(4, Dialogue.Load, 0));
        inbox.Open(new Exchange(5, Dialogue.Measure, 100, new FigureRules(2).Check));
        inbox.Open(new Exchange(10, Dialogue.Score, 0, new ScoreRules(2).Check));
        inbox.Open(new Exchange(7, Dialogue.Embed, 4, new EmbeddingRules(FakeModel.Loaded, new([new TextPrompt(""), new TextPrompt("")])).Check));
        inbox.Open(new Exchange(8, Dialogue.Embed, 4, new EmbeddingRules(FakeModel.Loaded, new([new TextPrompt("")]) { Pooling = PoolingType.None, Dimensions = 1 }).Check));
        inbox.Open(new Exchange(9, Dialogue.Rerank, 4, new RerankRules(1).Check));
        inbox.Open(new Exchange(6, Dialogue.MeasureMachine, 0, new MachineRules(["Q4_0"]).Check));
        foreach (var (kind, id, body) in frames[..^1])
            inbox.Accept(new Frame(kind, id, body));

        var (lastKind, lastId, lastBody) = frames[^1];
        Assert.Contains(rule, Assert.Throws<ProtocolException>(() => inbox.Accept(new Frame(lastKind, lastId, lastBody))).Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(HostCases))]
    public void A_host_that_sends_it_broke_a_rule(string name)
    {
        var (frames, rule) = FromHosts[name];
        var inbox = new WorkerInbox();
        foreach (var (kind, id, body) in frames[..^1])
            inbox.Accept(new Frame(kind, id, body));

        var (lastKind, lastId, lastBody) = frames[^1];
        Assert.Contains(rule, Assert.Throws<ProtocolException>(() => inbox.Accept(new Frame(lastKind, lastId, lastBody))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1L << 46, true)]
    [InlineData((1L << 46) + 1, false)]
    public void Tensors_are_no_larger_than_what_can_be_added_up(long bytes, bool allowed)
    {
        var inspection = FakeModel.Inspection with { Tensors = [.. Enumerable.Repeat(new TensorEntry("t", "F32", [1], bytes), 3)] };
        var body = FrameWriter.Encode(new(), FrameKind.Inspected, 1, inspection, InspectionMessages.Write)[Frame.HeaderBytes..].ToArray();
        if (allowed)
            Assert.Equal(bytes, InspectionMessages.ReadInspection(body).Tensors[2].Bytes);
        else
            Assert.Contains("field 4", Assert.Throws<ProtocolException>(() => InspectionMessages.ReadInspection(body)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_of_likely_tokens_that_are_too_long_break_a_rule_however_long_they_claim_to_be()
    {
        // Two tokens, two log-probabilities, and two counts of 2^31 − 1 each.
        byte[] body = [0x12, 2, 1, 1, 0x1A, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0x22, 10, 0xFF, 0xFF, 0xFF, 0xFF, 7, 0xFF, 0xFF, 0xFF, 0xFF, 7];
        Assert.Throws<ProtocolException>(() => DeltaMessage.Read(body));
    }

    [Fact]
    public void What_still_comes_for_an_abandoned_request_is_checked_and_dropped()
    {
        var exchange = new Exchange(1, Dialogue.Generate, 3);
        Assert.False(exchange.Accept(FrameKind.Admitted, []));
        exchange.Abandon();

        Assert.False(exchange.Accept(FrameKind.Delta, OneToken));
        Assert.Throws<ProtocolException>(() => exchange.Accept(FrameKind.Delta, []));
        Assert.True(exchange.Accept(FrameKind.Cancelled, []));
        Assert.True(exchange.Replies.TryRead(out var first) && first is Admitted);
        Assert.False(exchange.Replies.TryRead(out _));
    }

    [Fact]
    public async Task An_inline_reader_hears_pieces_on_the_thread_that_accepts_them_and_the_end_on_another()
    {
        var exchange = new Exchange(1, Dialogue.Generate, 3, inline: true);
        var (heard, reading) = (new List<Thread>(), Task.CompletedTask);
        var link = new Thread(() =>
        {
            reading = ReadAsync();
            exchange.Accept(FrameKind.Admitted, []);
            exchange.Accept(FrameKind.Delta, OneToken);
            exchange.Fail(new EngineException(FailureCode.WorkerLost, "gone"));
        });
        link.Start();
        link.Join();
        await reading;

        Assert.Equal([link, link], heard[..2]);
        Assert.True(Assert.Single(heard[2..]).IsThreadPoolThread);

        async Task ReadAsync()
        {
            try
            {
                await foreach (var _ in exchange.Replies.ReadAllAsync(CancellationToken.None))
                    heard.Add(Thread.CurrentThread);
            }
            catch (EngineException)
            {
                heard.Add(Thread.CurrentThread);
            }
        }
    }

    [Fact]
    public async Task When_a_link_ends_every_open_request_hears_why_and_so_does_every_later_one()
    {
        var inbox = new HostInbox();
        var exchange = new Exchange(1, Dialogue.Stats, 0);
        inbox.Open(exchange);
        var pong = inbox.ExpectPong();

        inbox.End(new EngineException(FailureCode.WorkerLost, "gone"));

        Assert.Equal("gone", (await Assert.ThrowsAsync<EngineException>(() => exchange.Replies.Completion)).Message);
        Assert.Equal("gone", (await Assert.ThrowsAsync<EngineException>(() => pong)).Message);
        Assert.Equal("gone", (await Assert.ThrowsAsync<EngineException>(() => inbox.Greeting)).Message);
        Assert.Equal("gone", Assert.Throws<EngineException>(() => inbox.Open(new Exchange(2, Dialogue.Stats, 0))).Message);
    }

    [Fact]
    public void A_request_is_open_until_it_is_closed()
    {
        var inbox = new WorkerInbox();
        inbox.Accept(new Frame(FrameKind.Hello, 0, []));
        for (var i = 1UL; i <= 1000; i++)
        {
            Assert.Equal(new Command(FrameKind.Stats, i, null) with { Kind = FrameKind.Inspect, Body = 0 }, inbox.Accept(new Frame(FrameKind.Inspect, i, [])));
            inbox.Close(i);
        }
    }

    [Fact]
    public void Every_request_of_the_table_begins_a_dialogue_that_both_ends_know()
        => Assert.Equal(
            [FrameKind.Load, FrameKind.Inspect, FrameKind.Tokenize, FrameKind.Detokenize, FrameKind.Render, FrameKind.Generate, FrameKind.Logits, FrameKind.Measure, FrameKind.Stats, FrameKind.Score, FrameKind.MeasureMachine, FrameKind.Embed,
                FrameKind.Rerank],
            Dialogue.All.Keys);
}
