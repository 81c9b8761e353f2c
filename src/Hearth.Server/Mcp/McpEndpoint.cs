using System.Text;
using System.Text.Json;
using Hearth.Server.Access;
using Hearth.Server.Json;
using Hearth.Server.Routes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ModelContextProtocol;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;

namespace Hearth.Server.Mcp;

/// <summary>
/// The Model Context Protocol over HTTP: the official library reads and writes the messages, behind the gate of all routes. It has services of its own, so that a host program which serves MCP
/// itself has its tools for itself, and no logger, since what it would log are messages.
/// </summary>
sealed class McpEndpoint : IAsyncDisposable
{
    readonly ServiceProvider _services;
    readonly RequestDelegate _answer;

    /// <param name="lifetime">Of the program that serves.</param>
    internal McpEndpoint(IHostApplicationLifetime lifetime)
    {
        var services = new ServiceCollection();
        services.AddRouting().AddSingleton(lifetime).AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance).AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        services.AddMcpServer().WithHttpTransport(http =>
        {
            http.SessionMode = HttpServerSessionMode.Stateless;
            http.ConfigureSessionOptions = (context, options, _) =>
            {
                McpTools.Serve(options, new CalledModels((Call)context.Items[typeof(Call)]!));
                return Task.CompletedTask;
            };
        });
        _services = services.BuildServiceProvider();
        var endpoints = new Endpoints(_services);
        endpoints.MapMcp();
        _answer = endpoints.DataSources.SelectMany(s => s.Endpoints).Single(e => e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains(HttpMethods.Post) == true).RequestDelegate!;
    }

    internal async Task AnswerAsync(Call call)
    {
        // The library throws what is no refusal.
        if (!call.Http.Request.HasJsonContentType())
            throw new Refusal(415, "unsupported_media_type", "The message is sent as something else than application/json, which belongs there.");
        // Read by the rules of all bodies: the library would take a member that is there twice, and repeat words of what it can't read.
        var body = await call.ReadBodyAsync();
        RefuseStrange(body.Element);
        var http = call.Http;
        http.Items[typeof(Call)] = call;
        // Whatever they were called: the bytes are UTF-8 now.
        http.Request.ContentType = "application/json";
        http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body.Element.GetRawText()));
        try
        {
            await _answer(http);
        }
        catch (JsonException) when (!http.Response.HasStarted)
        {
            // Some parameters the library reads before it answers, and what they lack it throws.
            throw new Refusal(400, McpStyle.InvalidParams, McpTools.NoParameters);
        }
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    static void RefuseStrange(JsonElement body)
    {
        try
        {
            body.Deserialize<JsonRpcMessage>(McpJsonUtilities.DefaultOptions);
        }
        catch (JsonException)
        {
            throw new Refusal(400, RequestBody.InvalidJson, "The body is no message of JSON-RPC.") { IsJson = true };
        }
    }

    /// <summary>Holds what is mapped; nothing else of it is used.</summary>
    sealed class Endpoints(IServiceProvider services) : IEndpointRouteBuilder
    {
        public IServiceProvider ServiceProvider => services;

        public ICollection<EndpointDataSource> DataSources { get; } = [];

        public IApplicationBuilder CreateApplicationBuilder() => new ApplicationBuilder(services);
    }
}
