using Hearth.Server.Routes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hearth.Server;

/// <summary>Hearth inside an ASP.NET Core program: <c>builder.Services.AddHearth(options)</c>, then <c>app.MapHearth()</c>.</summary>
public static class HearthEndpoints
{
    /// <summary>Adds what serves the models.</summary>
    /// <param name="services">The program's services.</param>
    /// <param name="options">What is served, and to whom.</param>
    public static IServiceCollection AddHearth(this IServiceCollection services, ServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(options);
        services.AddRouting();
        services.AddSingleton(provider => new HearthService(
            options, provider.GetService<TimeProvider>() ?? TimeProvider.System, provider.GetRequiredService<ILoggerFactory>(), provider.GetRequiredService<IHostApplicationLifetime>()));
        return services;
    }

    /// <summary>Adds the routes of all APIs. Each request must have a key of its own with the scope of the route; there are no exceptions but health. What the program itself has at / stays.</summary>
    public static IEndpointRouteBuilder MapHearth(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var service = endpoints.ServiceProvider.GetRequiredService<HearthService>();
        foreach (var route in RouteTable.All)
            endpoints.MapMethods(route.Path, route.Methods, http => Dispatcher.RunAsync(http, service, route)).WithOrder(route.Path == "/" ? 1 : 0);
        MapUnknown(endpoints, RouteTable.Unknown);
        return endpoints;
    }

    /// <summary>Adds addresses at which nothing is.</summary>
    internal static void MapUnknown(this IEndpointRouteBuilder endpoints, params ReadOnlySpan<Routes.Route> routes)
    {
        var service = endpoints.ServiceProvider.GetRequiredService<HearthService>();
        foreach (var route in routes)
            endpoints.MapFallback(route.Path, http => Dispatcher.RunAsync(http, service, route));
    }
}
