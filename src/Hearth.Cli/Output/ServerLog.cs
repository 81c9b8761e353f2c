using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Hearth.Cli.Output;

/// <summary>The log of the server: one JSON object on a line of standard error, and nothing of what users say or are told.</summary>
static class ServerLog
{
    /// <summary>ISO 8601, in UTC. The standard format would write the sign of the zone as an escape.</summary>
    const string Time = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <param name="log">What is set up.</param>
    /// <param name="quiet">True leaves out the line of every request.</param>
    internal static void Configure(ILoggingBuilder log, bool quiet)
    {
        SetLevels(log, quiet);
        log.AddJsonConsole(options => (options.UseUtcTimestamp, options.TimestampFormat) = (true, Time));
        log.Services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    /// <summary>What ASP.NET Core says below a warning repeats addresses, which are words of whoever asks.</summary>
    internal static void SetLevels(ILoggingBuilder log, bool quiet)
    {
        log.SetMinimumLevel(LogLevel.Warning);
        if (!quiet)
            log.AddFilter("Hearth.Server.Access", LogLevel.Information);
    }
}
