using Hearth.Server.Routes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hearth.Server;

/// <summary>A server in this process: it listens where it is told, and nowhere else, and reads no configuration but what it is given.</summary>
public sealed class HearthServer : IAsyncDisposable
{
    static readonly TimeSpan HeaderPatience = TimeSpan.FromSeconds(15);

    /// <summary>How long it may take to tell those whom it no longer answers: a busy machine is late.</summary>
    static readonly TimeSpan TimeToTell = TimeSpan.FromSeconds(10);

    readonly WebApplication _app;
    readonly HearthService _service;
    readonly ListenOptions _listen;
    bool _isOver;

    HearthServer(WebApplication app, ListenOptions listen)
        => (_app, _service, _listen, Address) = (app, app.Services.GetRequiredService<HearthService>(), listen, new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()));

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Starts a server.</summary>
    /// <param name="options">What is served, and to whom.</param>
    /// <param name="listen">Where.</param>
    /// <param name="log">Sets up where its log goes; it never has content of requests or answers.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <exception cref="ArgumentException">Other machines could reach it without TLS.</exception>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<HearthServer> StartAsync(ServerOptions options, ListenOptions listen, Action<ILoggingBuilder> log, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(listen);
        ArgumentNullException.ThrowIfNull(log);
        if (!listen.IsLocal() && listen.Certificate is null)
            throw new ArgumentException($"Other machines can reach {listen.Address}, and there is no certificate: keys and texts would pass the network in the clear.", nameof(listen));
        var builder = WebApplication.CreateEmptyBuilder(new());
        log(builder.Logging);
        // It tells a whole stack whenever a body is shorter than it says: whoever has a key could fill the log.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Critical);
        // It tells a failed start with its stack, and throws it as well: whoever starts the server says it in words of their own.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = listen.Farewell + TimeToTell);
        builder.Services.AddHearth(options with { HostNames = [.. options.HostNames, listen.HostName] });
        // What is written goes out on the thread that wrote it: a change of threads for each token would cost more than the writing.
        builder.WebHost.UseKestrelCore().UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true).UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.RequestHeadersTimeout = HeaderPatience;
            kestrel.Limits.MaxConcurrentConnections = options.Limits.Connections;
            kestrel.Listen(listen.Parsed, listen.Port, endpoint =>
            {
                if (listen.Certificate is { } certificate)
                    endpoint.UseHttps(certificate);
            });
        });
        var app = builder.Build();
        app.UseRouting();
        app.MapHearth();
        app.MapUnknown(RouteTable.Elsewhere);
        try
        {
            await app.StartAsync(cancellationToken);
            return new(app, listen);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes no new requests, lets those under way end, and after <see cref="ListenOptions.Farewell"/> ends them with an error that says so.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isOver, true))
            return;
        _service.EndAfter(_listen.Farewell);
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
