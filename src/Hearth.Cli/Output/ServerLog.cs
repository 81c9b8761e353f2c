using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Hearth.Cli.Output;

/// <summary>The log of the server: one JSON object on a line of standard error, and nothing of what users say or are told.</summary>
static class ServerLog
{
    internal static void Configure(ILoggingBuilder log)
    {
        log.SetMinimumLevel(LogLevel.Warning);
        log.AddJsonConsole(options => options.UseUtcTimestamp = true);
        log.Services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
