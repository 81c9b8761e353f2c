using System.Globalization;
using System.Threading.RateLimiting;
using Hearth.Storage;
using Hearth.Storage.Access;

namespace Hearth.Server.Access;

/// <summary>How often, and how much, a user may ask.</summary>
sealed class RateLimits(Database database) : IDisposable
{
    static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

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

    public void Dispose() => _requests.Dispose();
}
