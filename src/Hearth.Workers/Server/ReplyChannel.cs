using Hearth.Requests;
using Hearth.Workers.Protocol;
using Hearth.Workers.Protocol.Messages;

namespace Hearth.Workers.Server;

/// <summary>One request's way back to the host.</summary>
sealed class ReplyChannel(FrameWriter writer, ulong id) : IDisposable
{
    readonly CancellationTokenSource _cancel = new();
    readonly SemaphoreSlim _credit = new(0);
    int _granted;

    /// <summary>The task that answers; set and read by the reading thread.</summary>
    internal Task Work { get; set; } = Task.CompletedTask;

    internal CancellationToken Cancelled => _cancel.Token;

    /// <summary>True once a write failed: an exception then tells of the link, not of the engine.</summary>
    internal bool LinkIsBroken { get; private set; }

    internal void Cancel()
    {
        try
        {
            _cancel.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended at the same moment.
        }
    }

    /// <summary>Lets so many more items go.</summary>
    internal void Grant(int items)
    {
        if (Interlocked.Add(ref _granted, items) > Limits.Credit)
            throw new ProtocolException($"More than {Limits.Credit} items were granted at once.");

        try
        {
            if (items > 0)
                _credit.Release(items);
        }
        catch (ObjectDisposedException)
        {
            // It ended at the same moment.
        }
    }

    /// <summary>Sends an item as soon as the host has room for it.</summary>
    internal async ValueTask SendMeteredAsync<T>(FrameKind kind, T message, Action<WireWriter, T> encode)
    {
        await _credit.WaitAsync(Cancelled);
        Interlocked.Decrement(ref _granted);
        Send(kind, message, encode);
    }

    internal void Send<T>(FrameKind kind, T message, Action<WireWriter, T> encode)
    {
        try
        {
            writer.Write(kind, id, message, encode);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            LinkIsBroken = true;
            throw;
        }
    }

    /// <summary>Sends a frame without a body.</summary>
    internal void Close(FrameKind kind) => Finish(kind, 0, static (_, _) => { });

    internal void Fail(EngineException failure) => Finish(FrameKind.Failed, failure, FailureMessage.Write);

    void Finish<T>(FrameKind kind, T message, Action<WireWriter, T> encode)
    {
        try
        {
            writer.Write(kind, id, message, encode);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            LinkIsBroken = true;
        }
    }

    public void Dispose()
    {
        _cancel.Dispose();
        _credit.Dispose();
    }
}
