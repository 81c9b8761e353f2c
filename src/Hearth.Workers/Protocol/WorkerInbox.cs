using Hearth.Workers.Protocol.Messages;

namespace Hearth.Workers.Protocol;

/// <summary>What the host wants, read and checked.</summary>
/// <param name="Kind">The kind of frame.</param>
/// <param name="Id">The request it belongs to.</param>
/// <param name="Body">The message, or null where the kind has none.</param>
readonly record struct Command(FrameKind Kind, ulong Id, object? Body);

/// <summary>The worker's side of the rules: which frames a host may send when. One thread calls <see cref="Accept"/>.</summary>
sealed class WorkerInbox
{
    /// <summary>Reads a body.</summary>
    delegate object? Decode(ReadOnlySpan<byte> body);

    static readonly Dictionary<FrameKind, Decode> Bodies = new()
    {
        [FrameKind.Hello] = body => Hello.Read(body),
        [FrameKind.Load] = LoadMessages.ReadOptions,
        [FrameKind.Inspect] = body => InspectionMessages.ReadContextLength(body),
        [FrameKind.Tokenize] = body => TextMessages.ReadTokenize(body),
        [FrameKind.Detokenize] = TextMessages.ReadDetokenize,
        [FrameKind.Render] = TextMessages.ReadRender,
        [FrameKind.Generate] = body => GenerateMessage.Read(body),
        [FrameKind.Logits] = body => NumberMessages.ReadLogits(body),
        [FrameKind.Measure] = body => NumberMessages.ReadMeasure(body),
        [FrameKind.Stats] = Nothing("Stats"),
        [FrameKind.Score] = body => ScoreMessages.ReadRequest(body),
        [FrameKind.MeasureMachine] = MachineMessages.ReadRequest,
        [FrameKind.Embed] = body => EmbeddingMessages.ReadEmbed(body),
        [FrameKind.Rerank] = body => EmbeddingMessages.ReadRerank(body),
        [FrameKind.Ping] = Nothing("Ping"),
        [FrameKind.Credit] = body => StateMessages.ReadCredit(body),
        [FrameKind.Cancel] = Nothing("Cancel"),
        [FrameKind.Shutdown] = Nothing("Shutdown"),
    };

    readonly Lock _gate = new();
    readonly HashSet<ulong> _open = [];
    ulong _last;
    bool _greeted;
    bool _loadAsked;
    volatile bool _engineReady;

    /// <summary>From now on the host may ask the engine.</summary>
    internal void EngineIsReady() => _engineReady = true;

    /// <summary>The request was answered to its end.</summary>
    internal void Close(ulong id)
    {
        lock (_gate)
            _open.Remove(id);
    }

    /// <summary>Checks that the frame is legal here and now, and reads it.</summary>
    internal Command Accept(Frame frame)
    {
        if (!Bodies.TryGetValue(frame.Kind, out var decode))
            throw new ProtocolException($"A host does not send frames of kind {(int)frame.Kind}.");

        if (_greeted == (frame.Kind == FrameKind.Hello))
            throw new ProtocolException(_greeted ? "Hello came twice." : $"A frame of kind {(int)frame.Kind} came before Hello.");

        if (Dialogue.All.TryGetValue(frame.Kind, out var dialogue))
            Begin(dialogue, frame.Id);
        else if (frame.Kind is FrameKind.Credit or FrameKind.Cancel ? frame.Id == 0 || frame.Id > _last : frame.Id != 0)
            throw new ProtocolException($"A frame of kind {(int)frame.Kind} cannot belong to request {frame.Id}; the last one was {_last}.");

        _greeted = true;
        return new(frame.Kind, frame.Id, decode(frame.Body));
    }

    void Begin(Dialogue dialogue, ulong id)
    {
        if (id <= _last)
            throw new ProtocolException($"Request {id} follows request {_last}; they ascend.");
        if (dialogue.NeedsEngine && !_engineReady)
            throw new ProtocolException($"A request of kind {(int)dialogue.Request} came before Loaded.");
        if (dialogue == Dialogue.Load && _loadAsked)
            throw new ProtocolException("Load came twice.");

        _loadAsked |= dialogue == Dialogue.Load;
        _last = id;
        lock (_gate)
        {
            if (_open.Count >= Limits.RequestsInFlight)
                throw new ProtocolException($"More than {Limits.RequestsInFlight} requests are open.");

            _open.Add(id);
        }
    }

    static Decode Nothing(string message) => body =>
    {
        StateMessages.ReadNothing(message, body);
        return null;
    };
}
