using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Hearth.Tests.Server.Support;

/// <summary>A log that is kept for looking into it, with everything that a provider is given.</summary>
sealed class KeptLog : ILoggerProvider
{
    internal ConcurrentQueue<KeptLine> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Kept(this, categoryName);

    public void Dispose()
    {
    }

    sealed class Kept(KeptLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var fields = (state as IReadOnlyList<KeyValuePair<string, object?>> ?? []).ToDictionary(f => f.Key, f => f.Value);
            log.Lines.Enqueue(new(category, fields, $"{formatter(state, exception)} {string.Join(' ', fields.Values)} {exception}"));
        }
    }
}

/// <summary>One line.</summary>
/// <param name="Category">Who wrote it.</param>
/// <param name="Fields">Its values by their names.</param>
/// <param name="All">Everything that could be written of it.</param>
sealed record KeptLine(string Category, IReadOnlyDictionary<string, object?> Fields, string All);
