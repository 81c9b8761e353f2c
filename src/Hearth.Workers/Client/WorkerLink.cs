using System.Runtime.CompilerServices;
using Hearth.Requests;
using Hearth.Workers.Protocol;
using Hearth.Workers.Protocol.Messages;

namespace Hearth.Workers.Client;

/// <summary>The host's end of the link: numbers the requests, and brings every reply to the one who asked.</summary>
sealed class WorkerLink : IDisposable
{
    /// <summary>Questions that are open at once. They have room of their own: whoever reads a stream may have to ask one before it can go on.</summary>
    const int MostQuestions = 16;

    /// <summary>With the questions half of what the worker allows: it closes a request a moment after the host has.</summary>
    internal const int MostStreams = (Limits.RequestsInFlight / 2) - MostQuestions;

    readonly FrameReader _reader;
    readonly Outbox _outbox;
    readonly HostInbox _inbox;
    readonly SemaphoreSlim _streams = new(MostStreams), _questions = new(MostQuestions);
    readonly TaskCompletionSource<string?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Lock _gate = new();
    readonly WireWriter _wire = new();
    readonly bool _inlineReplies;
    long _repliesRead;
    ulong _last;

    /// <param name="stream">The connection to the worker.</param>
    /// <param name="inlineReplies">See <see cref="WorkerOptions.InlineReplies"/>.</param>
    internal WorkerLink(Stream stream, bool inlineReplies = false)
    {
        _inlineReplies = inlineReplies;
        _reader = new(stream);
        _outbox = new(stream);
        _inbox = new() { Closed = exchange => RoomFor(exchange.Metered).Release() };
        try
        {
            new Thread(Read) { IsBackground = true, Name = "worker link" }.Start();
        }
        catch
        {
            _outbox.Dispose();
            throw;
        }
    }

    /// <summary>Ends when the worker closes the link: null, or the rule that it broke.</summary>
    internal Task<string?> Ended => _ended.Task;

    /// <summary>Replies that came so far: a sign of progress.</summary>
    internal long RepliesRead => Interlocked.Read(ref _repliesRead);

    /// <summary>True while the worker owes a reply to some request.</summary>
    internal bool Waits => _inbox.Waits;

    /// <summary>Fails what is open and whatever is asked later.</summary>
    internal void Fail(EngineException reason)
    {
        _inbox.End(reason);
        _outbox.Dispose();
    }

    internal Task<HelloAck> GreetAsync()
    {
        Post(FrameKind.Hello, 0, new Hello(Hello.Current, Hello.Current), Hello.Write);
        return _inbox.Greeting;
    }

    internal Task<Pong> PingAsync()
    {
        var pong = _inbox.ExpectPong();
        Post(FrameKind.Ping, 0);
        return pong;
    }

    internal void Shutdown() => Post(FrameKind.Shutdown, 0);

    /// <summary>Asks something that has one answer.</summary>
    internal async Task<TReply> AskAsync<TRequest, TReply>(
        Dialogue dialogue, TRequest request, Action<WireWriter, TRequest> encode, CancellationToken cancellationToken, Action<object>? check = null)
    {
        await foreach (var reply in StreamAsync(dialogue, 0, request, encode, check, cancellationToken))
        {
            if (reply is TReply answer)
                return answer;
        }

        throw new EngineException(FailureCode.WorkerLost, "The worker ended its reply without an answer.");
    }

    /// <summary>Asks something and hands out every reply as it comes. Leaving early cancels the request.</summary>
    internal async IAsyncEnumerable<object> StreamAsync<TRequest>(
        Dialogue dialogue, int credit, TRequest request, Action<WireWriter, TRequest> encode, Action<object>? check,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await RoomFor(dialogue.Metered).WaitAsync(cancellationToken);
        var exchange = Begin(dialogue, credit, request, encode, check);
        try
        {
            var taken = 0;
            while (await exchange.Replies.WaitToReadAsync(cancellationToken))
            {
                while (exchange.Replies.TryRead(out var reply))
                {
                    yield return reply;
                    if (exchange.Metered && ++taken >= (credit + 1) / 2)
                    {
                        Grant(exchange, taken);
                        taken = 0;
                    }
                }
            }
        }
        finally
        {
            if (!exchange.Replies.Completion.IsCompleted)
            {
                exchange.Abandon();
                Post(FrameKind.Cancel, exchange.Id);
            }
        }
    }

    /// <summary>The number is drawn and the frame is queued in one step: numbers ascend on the link.</summary>
    Exchange Begin<TRequest>(Dialogue dialogue, int credit, TRequest request, Action<WireWriter, TRequest> encode, Action<object>? check)
    {
        try
        {
            lock (_gate)
            {
                var exchange = new Exchange(_last + 1, dialogue, credit, check, _inlineReplies);
                var frame = Encode(dialogue.Request, exchange.Id, request, encode);
                _inbox.Open(exchange);
                _last = exchange.Id;
                try
                {
                    _outbox.PostRequest(frame);
                }
                catch (EngineException)
                {
                    _inbox.Withdraw(exchange);
                    throw;
                }

                return exchange;
            }
        }
        catch (FrameTooLongException e)
        {
            RoomFor(dialogue.Metered).Release();
            throw new EngineException(FailureCode.InvalidRequest, e.Message, $"a request of at most {Frame.MaxBody >> 20} MiB", "Send it in parts.");
        }
        catch
        {
            RoomFor(dialogue.Metered).Release();
            throw;
        }
    }

    SemaphoreSlim RoomFor(bool isStream) => isStream ? _streams : _questions;

    void Grant(Exchange exchange, int items)
    {
        exchange.Grant(items);
        Post(FrameKind.Credit, exchange.Id, items, StateMessages.WriteCredit);
    }

    void Post(FrameKind kind, ulong id) => Post(kind, id, 0, static (_, _) => { });

    void Post<T>(FrameKind kind, ulong id, T message, Action<WireWriter, T> encode)
    {
        lock (_gate)
            _outbox.Post(Encode(kind, id, message, encode));
    }

    byte[] Encode<T>(FrameKind kind, ulong id, T message, Action<WireWriter, T> encode)
    {
        try
        {
            return FrameWriter.Encode(_wire, kind, id, message, encode).ToArray();
        }
        finally
        {
            _wire.Trim();
        }
    }

    void Read()
    {
        try
        {
            while (_reader.TryRead(out var frame))
            {
                if (frame.Kind != FrameKind.Pong)
                    Interlocked.Increment(ref _repliesRead);
                _inbox.Accept(frame);
            }

            _ended.TrySetResult(null);
        }
        catch (ProtocolException e)
        {
            _ended.TrySetResult(e.Message);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            _ended.TrySetResult(null);
        }
#pragma warning disable CA1031 // Whatever a worker's bytes set off ends the link, never the host.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _ended.TrySetResult($"Reading its frames failed with {e.GetType().Name}.");
        }
    }

    public void Dispose() => _outbox.Dispose();
}
