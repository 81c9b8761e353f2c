using Hearth.Requests;
using Hearth.Workers.Protocol.Messages;

namespace Hearth.Workers.Protocol;

/// <summary>The host's side of the rules: which frames a worker may send when. One thread calls <see cref="Accept"/>.</summary>
sealed class HostInbox
{
    readonly Lock _gate = new();
    readonly Dictionary<ulong, Exchange> _open = [];
    readonly TaskCompletionSource<HelloAck> _greeting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    TaskCompletionSource<Pong>? _ping;
    EngineException? _over;

    /// <summary>The worker's answer to Hello.</summary>
    internal Task<HelloAck> Greeting => _greeting.Task;

    /// <summary>True while the worker owes a reply to some request; it owes none to a reader that has not taken what came.</summary>
    internal bool Waits
    {
        get
        {
            lock (_gate)
                return _open.Values.Any(e => e.CanContinue);
        }
    }

    /// <summary>Told of each request whose last reply came.</summary>
    internal Action<Exchange> Closed { get; init; } = _ => { };

    /// <summary>Expects replies to a request from now on.</summary>
    internal void Open(Exchange exchange)
    {
        lock (_gate)
        {
            if (_over is not null)
                throw Again(_over);

            _open.Add(exchange.Id, exchange);
        }
    }

    /// <summary>The request was never sent.</summary>
    internal void Withdraw(Exchange exchange)
    {
        lock (_gate)
            _open.Remove(exchange.Id);
    }

    /// <summary>Expects a Pong from now on; one at a time.</summary>
    internal Task<Pong> ExpectPong()
    {
        lock (_gate)
        {
            if (_over is not null)
                throw Again(_over);

            _ping = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _ping.Task;
        }
    }

    /// <summary>Nothing more will come: every open request fails with this reason, and so does every later one.</summary>
    internal void End(EngineException reason)
    {
        Exchange[] open;
        lock (_gate)
        {
            if (_over is not null)
                return;

            _over = reason;
            open = [.. _open.Values];
            _open.Clear();
            _ping?.TrySetException(Again(reason));
        }

        _greeting.TrySetException(Again(reason));
        foreach (var exchange in open)
        {
            exchange.Fail(Again(reason));
            Closed(exchange);
        }
    }

    /// <summary>Checks that the frame is legal here and now, reads it, and hands it to its request.</summary>
    internal void Accept(Frame frame)
    {
        switch (frame.Kind)
        {
            case FrameKind.HelloAck when frame.Id == 0 && !Greeting.IsCompleted: Greet(HelloAck.Read(frame.Body)); break;
            case FrameKind.Failed when frame.Id == 0: throw new ProtocolException($"It says of this program: {FailureMessage.Read(frame.Body).Message}");
            case FrameKind.Pong when frame.Id == 0: Pong(StateMessages.ReadPong(frame.Body)); break;
            default: Reply(frame); break;
        }
    }

    void Greet(HelloAck ack)
    {
        if (ack.Version != Hello.Current)
            throw new ProtocolException($"The worker chose version {ack.Version} of the protocol; {Hello.Current} was offered.");

        _greeting.TrySetResult(ack);
    }

    void Pong(Pong pong)
    {
        TaskCompletionSource<Pong>? ping;
        lock (_gate)
            (ping, _ping) = (_ping, null);
        if (ping is null)
            throw new ProtocolException("A Pong came without a Ping.");

        ping.TrySetResult(pong);
    }

    void Reply(Frame frame)
    {
        Exchange? exchange;
        lock (_gate)
            _open.TryGetValue(frame.Id, out exchange);
        if (exchange is null || !Greeting.IsCompletedSuccessfully)
            throw new ProtocolException($"A frame of kind {(int)frame.Kind} belongs to request {frame.Id}, which is not open.");

        if (!exchange.Accept(frame.Kind, frame.Body))
            return;

        lock (_gate)
            _open.Remove(frame.Id);
        Closed(exchange);
    }

    /// <summary>Everybody gets an exception of their own: a thrown one collects a stack.</summary>
    static EngineException Again(EngineException reason) => new(reason.Code, reason.Message, reason.Expected, reason.Remedy, reason.InnerException);
}
