using Hearth.Requests;
using Hearth.Workers.Protocol;
using Hearth.Workers.Protocol.Messages;

namespace Hearth.Workers.Server;

/// <summary>The worker's end of the link: reads what the host asks, lets a model file and its engine answer.</summary>
/// <remarks>
/// A thread of its own reads, so a Ping is answered while a pass runs. Requests run beside each other; each writes whole frames.
/// A host that breaks the protocol ends the link.
/// </remarks>
public sealed class WorkerServer
{
    static readonly TimeSpan FarewellLimit = TimeSpan.FromSeconds(5);

    readonly FrameReader _reader;
    readonly FrameWriter _writer;
    readonly WorkerInbox _inbox;
    readonly Pulse _pulse;
    readonly RequestTable _requests;

    WorkerServer(Stream link, Service service)
    {
        _reader = new(link);
        _writer = new(link);
        _inbox = service.Inbox;
        _pulse = service.Pulse;
        _requests = new(_writer, service);
    }

    /// <summary>Serves until the host says Shutdown, closes the link or breaks the protocol.</summary>
    /// <param name="link">The connection to the host; borrowed.</param>
    /// <param name="open">Opens the model file; called once, at the start. What it throws answers every request.</param>
    /// <param name="whenLoaded">Called each time a model is loaded and before the host hears of it: the moment to give up what only loading needed. What it throws fails the load.</param>
    /// <param name="cancellationToken">Ends the service as soon as the host sends its next frame or closes the link.</param>
    /// <returns>Null, or the rule that the host broke.</returns>
    public static async Task<string?> RunAsync(Stream link, Func<IModelFile> open, Action? whenLoaded = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(link);
        ArgumentNullException.ThrowIfNull(open);

        // The file is opened while the greetings are exchanged.
        await using var service = new Service(Task.Run(open, CancellationToken.None), whenLoaded);
        var server = new WorkerServer(link, service);
        var ended = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => ended.SetResult(server.Read(cancellationToken))) { IsBackground = true, Name = "link" }.Start();
        var broken = await ended.Task;

        await server._requests.EndAsync(FarewellLimit);
        return broken;
    }

    string? Read(CancellationToken cancellationToken)
    {
        try
        {
            while (!cancellationToken.IsCancellationRequested && _reader.TryRead(out var frame))
            {
                var command = _inbox.Accept(frame);
                if (command.Kind == FrameKind.Shutdown)
                    break;

                Obey(command);
            }

            return null;
        }
        catch (ProtocolException e)
        {
            TryReport(e.Message);
            return e.Message;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return null;
        }
    }

    void Obey(Command command)
    {
        switch (command.Kind)
        {
            case FrameKind.Hello: Greet((Hello)command.Body!); break;
            case FrameKind.Ping: _writer.Write(FrameKind.Pong, 0, _pulse.Feel(), StateMessages.Write); break;
            case FrameKind.Credit: _requests.Grant(command.Id, (int)command.Body!); break;
            case FrameKind.Cancel: _requests.Cancel(command.Id); break;
            default: _requests.Begin(command); break;
        }
    }

    void Greet(Hello hello)
    {
        if (hello.LowestVersion > Hello.Current || hello.HighestVersion < Hello.Current)
        {
            throw new ProtocolException(
                $"The host speaks versions {hello.LowestVersion} to {hello.HighestVersion} of the protocol, the worker {Hello.Current}: install both from one build.");
        }

        var build = typeof(WorkerServer).Assembly.GetName().Version?.ToString(3) ?? "";
        _writer.Write(FrameKind.HelloAck, 0, new HelloAck(Hello.Current, build), HelloAck.Write);
    }

    void TryReport(string rule)
    {
        try
        {
            _writer.Write(FrameKind.Failed, 0, new EngineException(FailureCode.WorkerLost, rule), FailureMessage.Write);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The host is gone; there is nobody to tell.
        }
    }
}
