using System.Globalization;
using System.Threading.RateLimiting;
using Hearth.Storage;
using Hearth.Storage.Access;

namespace Hearth.Server.Access;

/// <summary>How often, and how much, a user may ask.</summary>
sealed class RateLimits(Database database) : IDisposable
{
    /// <summary>Large bodies of one user that are in memory before it is known what they ask for. A hostile one takes twenty times its size there.</summary>
    internal const int LargeBodiesAtOnce = 4;

    /// <summary>Where a body begins to be large: longer than what people write, shorter than what fills the memory.</summary>
    const int LargeBody = 256 << 10;

    static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    readonly PartitionedRateLimiter<Principal> _bodies = PartitionedRateLimiter.Create<Principal, long>(static principal
        => RateLimitPartition.GetConcurrencyLimiter(principal.UserId, _ => new() { PermitLimit = LargeBodiesAtOnce, QueueLimit = int.MaxValue, QueueProcessingOrder = QueueProcessingOrder.OldestFirst }));

    // A limit that is changed begins anew.
    readonly PartitionedRateLimiter<Principal> _requests = PartitionedRateLimiter.Create<Principal, (long User, int? Limit)>(static principal =>
    {
        var key = (principal.UserId, principal.Limits.RequestsPerMinute);
        return principal.Limits.RequestsPerMinute is > 0 and var limit
            ? RateLimitPartition.GetSlidingWindowLimiter<(long, int?)>(key, _ => new() { PermitLimit = limit, Window = Window, SegmentsPerWindow = 6, AutoReplenishment = true })
            : RateLimitPartition.GetNoLimiter<(long, int?)>(key);
    });

    /// <summary>Counts a request.</summary>
    /// <exception cref="Refusal">429: there were too many in the last minute.</exception>
    internal void Take(Principal principal)
    {
        using var lease = _requests.AttemptAcquire(principal);
        if (!lease.IsAcquired || principal.Limits.RequestsPerMinute == 0)
        {
            throw new Refusal(429, "rate_limit_exceeded", $"This user may send {principal.Limits.RequestsPerMinute} requests a minute. Try again later.")
            {
                RetryAfter = lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(10),
            };
        }
    }

    /// <summary>Waits until a body may be read; until then it stays with its sender. Whoever sends slowly holds up nobody else.</summary>
    /// <param name="principal">Whose body.</param>
    /// <param name="length">Its bytes, where the request says it.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    internal async Task<IDisposable?> AwaitBodyAsync(Principal principal, long? length, CancellationToken cancellationToken)
        => length <= LargeBody ? null : await _bodies.AcquireAsync(principal, cancellationToken: cancellationToken);

    /// <summary>Whether there are tokens left today.</summary>
    /// <exception cref="Refusal">429: there are none.</exception>
    internal async Task CheckQuotaAsync(Principal principal, CancellationToken cancellationToken)
    {
        if (principal.Limits.TokensPerDay is not { } most)
            return;
        var used = await database.Usage.TodayAsync(principal.UserId, cancellationToken);
        if (used >= most)
            throw new Refusal(429, "quota_exceeded", string.Create(CultureInfo.InvariantCulture, $"This user has used {used} of {most} tokens today. The count begins anew at midnight (UTC)."));
    }

    public void Dispose()
    {
        _requests.Dispose();
        _bodies.Dispose();
    }
}
