using Hearth.Models;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Server;
using Hearth.Storage;
using Hearth.Storage.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hearth.Fuzz.Targets;

/// <summary>What requests need of a server: a user, and one model, <c>m</c>.</summary>
sealed class RequestsServer
{
    readonly ServiceProvider _services = new ServiceCollection().AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance).BuildServiceProvider();

    RequestsServer(HearthService service, Principal principal) => (Service, Principal) = (service, principal);

    internal HearthService Service { get; }

    internal Principal Principal { get; }

    internal static async Task<RequestsServer> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("hearth-fuzz-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        var database = Database.Open(Path.Combine(folder, "storage"), TimeProvider.System);
        await database.Users.AddAsync("u", new());
        var (_, key) = await database.Keys.AddAsync("u", new(KeyScopes.Chat | KeyScopes.Read));
        var file = Path.Combine(folder, "m.gguf");
        await File.WriteAllTextAsync(file, "");
        ModelEntry model = new() { Name = "m", Source = ModelSource.File, Origin = file, Files = [new() { Path = file, Bytes = 0, Modified = File.GetLastWriteTimeUtc(file) }] };
        var options = new ServerOptions
        {
            Models = new(Path.Combine(folder, "models"), [model]),
            OpenModel = (_, _) => Task.FromResult<IModelFile>(new RequestsModel()),
            ModelSettings = _ => new(new(), new(new TextPrompt("")), null),
            Database = database,
        };
        var service = new HearthService(options, TimeProvider.System, NullLoggerFactory.Instance, new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance));
        return new(service, (await database.Keys.AuthenticateAsync(key.Reveal())).Principal!);
    }

    /// <summary>A request as the listener hands it on.</summary>
    internal DefaultHttpContext Request(byte[] body, Stream response)
    {
        var http = new DefaultHttpContext { RequestServices = _services };
        (http.Request.Method, http.Request.ContentType, http.Request.ContentLength, http.Request.Body) = ("POST", "application/json", body.Length, new MemoryStream(body));
        http.Request.Headers.Accept = "application/json, text/event-stream";
        http.Response.Body = response;
        return http;
    }
}
