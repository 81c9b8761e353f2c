using Hearth.Server.Access;
using Hearth.Storage.Access;

namespace Hearth.Server.Serving;

/// <summary>
/// Decides who is next where more is asked than a model can do at once: each user's share of the tokens goes by weight, however many requests they send. Start-time
/// fair queueing (P. Goyal et al., 1996): a user's clock advances by the tokens used divided by the weight, and the one whose clock is behind is next.
/// </summary>
/// <param name="slots">Requests that are served at once.</param>
/// <param name="spare">Places beyond them for a user who is next and holds none: long answers of another one can't keep them out.</param>
/// <param name="mostWaiting">Requests of one user that may wait.</param>
/// <param name="patience">How long a request waits at most.</param>
/// <param name="clock">Tells how long that is.</param>
sealed class FairQueue(int slots, int spare, int mostWaiting, TimeSpan patience, TimeProvider clock)
{
    readonly Lock _lock = new();
    readonly Dictionary<long, Tenant> _tenants = [];
    int _running;
    double _now;

    /// <summary>Requests that are served at once.</summary>
    internal int Slots => slots;

    /// <summary>How many are served and how many wait.</summary>
    internal (int Running, int Waiting) Load
    {
        get
        {
            lock (_lock)
                return (_running, _tenants.Values.Sum(t => t.Waiting.Count));
        }
    }

    /// <summary>Waits for its turn.</summary>
    /// <param name="principal">Who asks.</param>
    /// <param name="tokens">How many tokens it will take, as far as is known; the ticket corrects it.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <exception cref="Refusal">429: too many of this user's wait, or this one waited too long.</exception>
    internal async Task<Ticket> EnterAsync(Principal principal, long tokens, CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (_lock)
        {
            if (!_tenants.TryGetValue(principal.UserId, out var tenant))
                _tenants[principal.UserId] = tenant = new();
            // Whoever finds a place doesn't wait for it, but need not be next.
            if (tenant.Waiting.Count >= Math.Max(mostWaiting, HasPlace(tenant) ? 1 : 0))
                throw Full($"{tenant.Waiting.Count} requests of this user wait already.");
            // Whoever was away doesn't get what they didn't ask for.
            if (tenant.IsIdle)
                tenant.Clock = Math.Max(tenant.Clock, _now);
            tenant.Weight = principal.Limits.Weight;
            waiter = new(tenant, tokens);
            tenant.Waiting.AddLast(waiter);
            Serve();
        }

        try
        {
            await waiter.Turn.Task.WaitAsync(patience, clock, cancellationToken);
            return new(this, waiter);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            lock (_lock)
            {
                // Its turn may have come while it was giving up.
                if (waiter.Turn.Task.IsCompletedSuccessfully)
                    Leave(waiter, 0);
                else
                    GiveUp(waiter);
                Forget();
            }

            throw e is TimeoutException ? Full($"The request waited {patience.TotalSeconds:F0} seconds for its turn.") : e;
        }
    }

    /// <summary>Lets in whoever is next, while there is room.</summary>
    void Serve()
    {
        while (Next() is { } tenant && HasPlace(tenant))
        {
            var waiter = tenant.Waiting.First!.Value;
            tenant.Waiting.RemoveFirst();
            _now = Math.Max(_now, tenant.Clock);
            tenant.Clock += waiter.Tokens / (double)tenant.Weight;
            tenant.Running++;
            _running++;
            waiter.Turn.SetResult();
        }
    }

    bool HasPlace(Tenant tenant) => _running < slots + (tenant.Running == 0 ? spare : 0);

    /// <summary>Where two are level, the one that holds fewer places.</summary>
    Tenant? Next() => _tenants.Values.Where(t => t.Waiting.Count > 0).MinBy(t => (t.Clock, t.Running));

    void GiveUp(Waiter waiter)
    {
        waiter.Tenant.Waiting.Remove(waiter);
        // Another one is next now, for whom there may be a place.
        Serve();
    }

    void Leave(Waiter waiter, long used)
    {
        waiter.Tenant.Clock += (used - waiter.Tokens) / (double)waiter.Tenant.Weight;
        waiter.Tenant.Running--;
        _running--;
        Serve();
        // Nobody is here: what was used so far was nobody else's, and counts no more.
        if (_running == 0)
            _now = Math.Max(_now, _tenants.Values.Max(t => t.Clock));
    }

    /// <summary>A user who has nothing here, and whose clock isn't ahead, is as one who was never here.</summary>
    void Forget()
    {
        foreach (var (user, tenant) in _tenants.ToList())
        {
            if (tenant.IsIdle && tenant.Clock <= _now)
                _tenants.Remove(user);
        }
    }

    static Refusal Full(string what) => new(429, "queue_full", $"{what} Try again later.") { RetryAfter = TimeSpan.FromSeconds(2) };

    /// <summary>A place among those that are served, until it is disposed of.</summary>
    internal sealed class Ticket : IDisposable
    {
        readonly FairQueue _queue;
        readonly Waiter _waiter;
        bool _isOver;

        internal Ticket(FairQueue queue, Waiter waiter) => (_queue, _waiter, Tokens) = (queue, waiter, waiter.Tokens);

        /// <summary>How many tokens it took, once that is known.</summary>
        internal long Tokens { get; set; }

        public void Dispose()
        {
            lock (_queue._lock)
            {
                if (_isOver)
                    return;
                _isOver = true;
                _queue.Leave(_waiter, Tokens);
                _queue.Forget();
            }
        }
    }

    internal sealed class Tenant
    {
        internal LinkedList<Waiter> Waiting { get; } = [];

        internal int Weight { get; set; } = 1;

        internal int Running { get; set; }

        internal double Clock { get; set; }

        internal bool IsIdle => Running == 0 && Waiting.Count == 0;
    }

    internal sealed record Waiter(Tenant Tenant, long Tokens)
    {
        internal TaskCompletionSource Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
