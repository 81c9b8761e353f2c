using System.Collections.Concurrent;
using System.Diagnostics;

namespace Hearth.Tests.Server.Support;

/// <summary>What a host program that asked for spans of the server would get. Those of other tests that run meanwhile are among them.</summary>
sealed class KeptSpans : IDisposable
{
    readonly ActivityListener _listener;

    internal KeptSpans()
    {
        _listener = new()
        {
            ShouldListenTo = source => source.Name == "Hearth.Server",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = All.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    internal ConcurrentQueue<Activity> All { get; } = new();

    internal IEnumerable<Activity> Of(string trace) => All.Where(span => $"{span.TraceId}" == trace);

    /// <summary>Everything that an exporter could send of a span.</summary>
    internal static string TextOf(Activity span) => string.Join(' ', [
        span.DisplayName, span.OperationName, $"{span.Id}", span.TraceStateString, span.StatusDescription,
        .. span.TagObjects.Select(t => $"{t.Key}={t.Value}"), .. span.Baggage.Select(b => $"{b.Key}={b.Value}"), .. span.Events.Select(e => e.Name)]);

    public void Dispose() => _listener.Dispose();
}
