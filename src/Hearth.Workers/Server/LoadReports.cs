using Hearth.Requests.Models;
using Hearth.Workers.Protocol;
using Hearth.Workers.Protocol.Messages;

namespace Hearth.Workers.Server;

/// <summary>Sends how far loading is, at most once a hundredth.</summary>
sealed class LoadReports(ReplyChannel reply) : IProgress<LoadProgress>
{
    readonly Lock _gate = new();
    long _sent;

    public void Report(LoadProgress value)
    {
        lock (_gate)
        {
            if (value.Done <= _sent || (value.Done < value.Total && value.Done - _sent < value.Total / 100))
                return;

            _sent = value.Done;
            reply.Send(FrameKind.LoadProgress, value, LoadMessages.Write);
        }
    }
}
