using System.Collections.Concurrent;
using Hearth.Requests;

namespace Hearth.Workers.Client;

/// <summary>Frames on their way to the worker. A thread of its own writes them: a worker that stops reading never blocks a caller.</summary>
sealed class Outbox : IDisposable
{
    /// <summary>Bytes of requests that may wait for a worker that reads too slowly.</summary>
    internal const long Most = 256 << 20;

    readonly BlockingCollection<byte[]> _frames = [];
    readonly Stream _stream;
    long _waiting;

    internal Outbox(Stream stream)
    {
        _stream = stream;
        new Thread(Write) { IsBackground = true, Name = "worker outbox" }.Start();
    }

    /// <summary>Queues a request.</summary>
    /// <exception cref="EngineException">Too much waits already.</exception>
    internal void PostRequest(byte[] frame)
    {
        if (Interlocked.Read(ref _waiting) + frame.Length > Most)
            throw new EngineException(FailureCode.OutOfMemory, $"More than {Most >> 20} MiB of requests wait for the worker.", remedy: "send fewer requests at a time");

        Post(frame);
    }

    /// <summary>Queues a frame that must always get through: it is short, and cancels, grants, pings or ends.</summary>
    internal void Post(byte[] frame)
    {
        Interlocked.Add(ref _waiting, frame.Length);
        try
        {
            _frames.Add(frame);
        }
        catch (InvalidOperationException)
        {
            // The link is over; the reader says why.
        }
    }

    public void Dispose()
    {
        // The collection itself is left to the collector: the thread may still be inside it.
        _frames.CompleteAdding();
    }

    void Write()
    {
        try
        {
            foreach (var frame in _frames.GetConsumingEnumerable())
            {
                _stream.Write(frame);
                Interlocked.Add(ref _waiting, -frame.Length);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The worker is gone; the reader says so.
            _frames.CompleteAdding();
        }
    }
}
