using System.Threading.Channels;
using Hearth.Workers.Protocol.Messages;

namespace Hearth.Workers.Protocol;

/// <summary>One request as the host sees it: which replies may come now, and those that came. One thread accepts, one reads.</summary>
/// <param name="id">Its number on the link.</param>
/// <param name="dialogue">How such a request is answered.</param>
/// <param name="credit">Items that may come before more are granted.</param>
/// <param name="check">Rules that depend on the request; it throws <see cref="ProtocolException"/>.</param>
/// <param name="inline">Whether the reader takes a reply on the thread that accepts it. It takes the last one on another: what follows an answer may block.</param>
sealed class Exchange(ulong id, Dialogue dialogue, int credit, Action<object>? check = null, bool inline = false)
{
    /// <summary>Reads a body.</summary>
    delegate object Decode(ReadOnlySpan<byte> body);

    static readonly Dictionary<FrameKind, Decode> Bodies = new()
    {
        [FrameKind.LoadProgress] = body => LoadMessages.ReadProgress(body),
        [FrameKind.Loaded] = LoadMessages.ReadLoaded,
        [FrameKind.Inspected] = InspectionMessages.ReadInspection,
        [FrameKind.Tokens] = TextMessages.ReadTokens,
        [FrameKind.Text] = body => TextMessages.ReadText(body),
        [FrameKind.Admitted] = GenerationEvents.ReadAdmitted,
        [FrameKind.Delta] = DeltaMessage.Read,
        [FrameKind.Done] = GenerationEvents.ReadDone,
        [FrameKind.LogitsItem] = NumberMessages.ReadRow,
        [FrameKind.Measured] = NumberMessages.ReadMeasured,
        [FrameKind.StatsReply] = StateMessages.ReadStats,
        [FrameKind.Scored] = ScoreMessages.ReadScored,
        [FrameKind.MachineMeasured] = MachineMessages.ReadSpeed,
        [FrameKind.EmbedItem] = EmbeddingMessages.ReadEmbedItem,
        [FrameKind.RerankItem] = EmbeddingMessages.ReadRerankItem,
    };

    readonly Channel<object> _replies = Channel.CreateUnbounded<object>(new() { SingleReader = true, SingleWriter = false, AllowSynchronousContinuations = inline });
    int _credit = dialogue.Metered ? credit : Limits.ProgressReports;
    bool _opened;
    volatile bool _cancelled;

    internal ulong Id { get; } = id;

    /// <summary>What came and was not read yet; it ends with the closing, or with the failure.</summary>
    internal ChannelReader<object> Replies => _replies.Reader;

    internal bool Metered => dialogue.Metered;

    /// <summary>False while the reader has not taken the items that came: the worker must wait.</summary>
    internal bool CanContinue => Volatile.Read(ref _credit) > 0;

    /// <summary>Before a Cancel is sent: from now on the worker may say Cancelled, and nobody reads the rest.</summary>
    internal void Abandon() => _cancelled = true;

    /// <summary>Before a Credit is sent.</summary>
    internal void Grant(int items) => Interlocked.Add(ref _credit, items);

    /// <summary>The link is over.</summary>
    internal void Fail(Exception reason) => End(reason);

    /// <summary>Takes a reply; true where it was the last one.</summary>
    internal bool Accept(FrameKind kind, ReadOnlySpan<byte> body)
    {
        if (kind == FrameKind.Failed)
            return End(FailureMessage.Read(body));

        if (kind == FrameKind.Cancelled && _cancelled)
        {
            StateMessages.ReadNothing("Cancelled", body);
            return End(new OperationCanceledException());
        }

        var isOpening = kind == dialogue.Opening;
        if ((isOpening ? _opened : dialogue.Opening is not null && !_opened) || !(isOpening || kind == dialogue.Item || kind == dialogue.Closing))
            throw new ProtocolException($"A reply of kind {(int)kind} cannot come now to a request of kind {(int)dialogue.Request}.");

        _opened = true;
        if (kind == dialogue.Item && Interlocked.Decrement(ref _credit) < 0)
            throw new ProtocolException($"More items came to a request of kind {(int)dialogue.Request} than were granted.");

        var reply = Read(kind, body);
        if (kind == dialogue.Closing)
            return End(null, reply);
        if (reply is not null)
            _replies.Writer.TryWrite(reply);
        return false;
    }

    /// <summary>What a reply says; null for nothing, or nothing that anybody wants to hear.</summary>
    object? Read(FrameKind kind, ReadOnlySpan<byte> body)
    {
        if (kind == FrameKind.End)
        {
            StateMessages.ReadNothing("End", body);
            return null;
        }

        var reply = Bodies[kind](body);
        if (_cancelled)
            return null;

        check?.Invoke(reply);
        return reply;
    }

    bool End(Exception? reason, object? last = null)
    {
        if (inline)
            ThreadPool.UnsafeQueueUserWorkItem(_ => Complete(), null);
        else
            Complete();
        return true;

        void Complete()
        {
            if (last is not null)
                _replies.Writer.TryWrite(last);
            _replies.Writer.TryComplete(reason);
        }
    }
}
