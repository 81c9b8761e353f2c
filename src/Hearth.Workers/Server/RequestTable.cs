using System.Collections.Concurrent;
using Hearth.Requests;
using Hearth.Workers.Protocol;

namespace Hearth.Workers.Server;

/// <summary>The requests that are being answered: each has a task, a way to cancel it and a meter of what it may send.</summary>
sealed class RequestTable(FrameWriter writer, Service service)
{
    readonly ConcurrentDictionary<ulong, ReplyChannel> _open = new();

    internal void Begin(Command command)
    {
        var reply = new ReplyChannel(writer, command.Id);
        _open[command.Id] = reply;
        reply.Work = Task.Run(() => RunAsync(command, reply));
    }

    /// <summary>More items for a stream; one that is over needs none.</summary>
    internal void Grant(ulong id, int items)
    {
        if (_open.TryGetValue(id, out var reply))
            reply.Grant(items);
    }

    internal void Cancel(ulong id)
    {
        if (_open.TryGetValue(id, out var reply))
            reply.Cancel();
    }

    /// <summary>Cancels everything and waits for it, but not for ever.</summary>
    internal async Task EndAsync(TimeSpan limit)
    {
        var open = _open.Values.ToArray();
        foreach (var reply in open)
            reply.Cancel();

        await Task.WhenAll(open.Select(a => a.Work)).WaitAsync(limit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    async Task RunAsync(Command command, ReplyChannel reply)
    {
        try
        {
            await service.AnswerAsync(command, reply);
        }
        catch (OperationCanceledException) when (reply.Cancelled.IsCancellationRequested)
        {
            reply.Close(FrameKind.Cancelled);
        }
        catch (FrameTooLongException e)
        {
            reply.Fail(new EngineException(FailureCode.InvalidRequest, e.Message, "an answer that fits one frame", "Ask for less at a time."));
        }
        catch (EngineException e)
        {
            reply.Fail(e);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException && reply.LinkIsBroken)
        {
            // The host is gone; the reader ends the service.
        }
#pragma warning disable CA1031 // Whatever went wrong, the host must hear of it: without its text, which may be the user's.
        catch (Exception e)
#pragma warning restore CA1031
        {
            reply.Fail(new EngineException(FailureCode.Internal, $"The engine failed with {FailurePlace.Describe(e)}."));
        }
        finally
        {
            _open.TryRemove(command.Id, out _);
            service.Inbox.Close(command.Id);
            reply.Dispose();
        }
    }
}
