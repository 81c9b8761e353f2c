using Hearth.Server.Routes;

namespace Hearth.Server.Serving;

/// <summary>A request's turn at a model: the quota is looked at before, the place in the queue is held meanwhile, and the tokens are counted after, for whichever API.</summary>
sealed class Turn : IDisposable
{
    readonly Call _call;
    readonly FairQueue.Ticket _ticket;

    Turn(Call call, FairQueue.Ticket ticket) => (_call, _ticket) = (call, ticket);

    /// <summary>Tokens computed so far.</summary>
    internal int Tokens { get; set; }

    /// <summary>Waits for it.</summary>
    /// <param name="call">Whose turn.</param>
    /// <param name="lease">The model.</param>
    /// <param name="estimate">Tokens that it will take, as far as is known.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <exception cref="Access.Refusal">429: no tokens are left today, or too many wait.</exception>
    internal static async Task<Turn> TakeAsync(Call call, ModelLease lease, long estimate, CancellationToken cancellationToken)
    {
        await call.Service.Rates.CheckQuotaAsync(call.Principal, cancellationToken);
        return new(call, await lease.Model.Queue.EnterAsync(call.Principal, estimate, cancellationToken));
    }

    public void Dispose()
    {
        _ticket.Tokens = Tokens;
        _ticket.Dispose();
        _call.Service.Database.Usage.Add(_call.Principal.UserId, Tokens);
    }
}
