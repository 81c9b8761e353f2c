namespace Hearth.Server.Serving;

/// <summary>How long a model stays loaded once nobody uses it: until the time that each of its users asked for has gone by since their own last request. Whoever runs the server asks for all.</summary>
/// <param name="usual">The time of those who didn't ask.</param>
sealed class Stay(TimeSpan usual)
{
    /// <summary>A time that doesn't end; the model still makes room for others. Programs that show when it ends can compute with it.</summary>
    internal static readonly TimeSpan ForEver = TimeSpan.FromDays(36_525);

    readonly Dictionary<long, TimeSpan> _asked = [];
    readonly Dictionary<long, DateTimeOffset> _until = [];
    TimeSpan _usual = Bounded(usual);

    /// <summary>A user asks, from now on.</summary>
    internal void Ask(long user, TimeSpan time) => _asked[user] = Bounded(time);

    /// <summary>What anybody asked is over: this holds for all.</summary>
    internal void AskForAll(TimeSpan time)
    {
        _usual = Bounded(time);
        _asked.Clear();
        _until.Clear();
    }

    /// <summary>A user's last request is done.</summary>
    internal void End(long user, DateTimeOffset now) => _until[user] = AfterUseBy(user, now);

    /// <summary>Until when it stays if nobody uses it from now on.</summary>
    internal DateTimeOffset Until(DateTimeOffset now) => _until.Values.Append(now).Max();

    /// <summary>The same, if a user's request were done now.</summary>
    internal DateTimeOffset AfterUseBy(long user, DateTimeOffset now) => now + _asked.GetValueOrDefault(user, _usual);

    static TimeSpan Bounded(TimeSpan time) => time < ForEver ? time : ForEver;
}
