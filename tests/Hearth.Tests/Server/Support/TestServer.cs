using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Hearth.Models;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Server;
using Hearth.Storage;
using Hearth.Storage.Access;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Support;
using Hearth.Workers.Client;
using Microsoft.Extensions.Logging;

namespace Hearth.Tests.Server.Support;

/// <summary>A real server on a free port, with models that are fakes, and users with keys.</summary>
sealed class TestServer : IAsyncDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hearth-server-").FullName;
    readonly List<FakeModel> _opened = [];
    HearthServer _server = null!;
    Database _database = null!;

    /// <summary>What the model that is opened next is.</summary>
    internal FakeModel Model { get; set; } = new();

    internal IReadOnlyList<FakeModel> Opened => _opened;

    internal Database Database => _database;

    internal HttpClient Client { get; private set; } = null!;

    internal Uri Address => _server.Address;

    /// <summary>A key of the user alice, who may chat and read.</summary>
    internal string Key { get; set; } = "";

    internal static async Task<TestServer> StartAsync(Func<ServerOptions, ServerOptions>? change = null, TimeSpan? farewell = null, Action<ILoggingBuilder>? log = null, ListenOptions? listen = null)
    {
        var test = new TestServer();
        test._database = Database.Open(Path.Combine(test._folder, "storage"), TimeProvider.System);
        await test._database.Users.AddAsync("alice", new());
        test.Key = await test.AddKeyAsync("alice", KeyScopes.Chat | KeyScopes.Read);
        var options = new ServerOptions
        {
            Models = Store(test._folder),
            OpenModel = (_, _) =>
            {
                test._opened.Add(test.Model);
                return Task.FromResult<IModelFile>(test.Model);
            },
            ModelSettings = _ => new(new(), new(new TextPrompt("")), null),
            Database = test._database,
        };
        test._server = await HearthServer.StartAsync(change?.Invoke(options) ?? options, (listen ?? new(ListenOptions.UsualAddress, 0)) with { Farewell = farewell ?? TimeSpan.FromSeconds(5) }, log ?? (_ => { }));
        test.Client = new() { BaseAddress = test._server.Address };
        return test;
    }

    /// <summary>The models of all servers of tests.</summary>
    internal static ModelStore Store(string folder) => new(Path.Combine(folder, "models"), [Entry(folder, "tiny"), Entry(folder, "other"), Entry(folder, "tools")]);

    /// <summary>A server with the models that are shipped, each in a confined worker: the chat model is "tiny", the encoder "other", and "tools" is the chat model with a template that shows it tools.</summary>
    internal static Task<TestServer> StartRealAsync(Func<ServerOptions, ServerOptions>? change = null)
        => StartAsync(options => (change?.Invoke(options) ?? options) with { OpenModel = async (model, cancellation) => await WorkerModelFile.OpenAsync(new() { ModelPaths = [RealFile(model.Name)] }, cancellation) });

    internal async Task<string> AddKeyAsync(string user, KeyScopes scopes, params string[] models)
    {
        var (_, text) = await _database.Keys.AddAsync(user, new(scopes) { Models = models.Length == 0 ? null : models });
        return text.Reveal();
    }

    /// <summary>Sends a request with a key; null sends none.</summary>
    internal async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body, string? key, HttpCompletionOption completion = HttpCompletionOption.ResponseContentRead, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        change?.Invoke(request);
        return await Client.SendAsync(request, completion, TestContext.Current.CancellationToken);
    }

    /// <summary>Posts with alice's key and reads the answer.</summary>
    internal async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string path, string body)
    {
        using var response = await SendAsync(HttpMethod.Post, path, body, Key);
        return (response.StatusCode, JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
    }

    /// <summary>Posts with alice's key and reads the lines of the answer.</summary>
    internal async Task<List<JsonElement>> LinesAsync(string path, string body)
    {
        using var response = await SendAsync(HttpMethod.Post, path, body, Key);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.Content.Headers.ContentType!.MediaType == "application/x-ndjson", text);
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        return [.. text.TrimEnd('\n').Split('\n').Select(line => JsonElement.Parse(line))];
    }

    /// <summary>The tokens that alice used, once any are counted: those of an answer are when it ends, in whatever way.</summary>
    internal async Task<long> TokensCountedAsync()
    {
        var user = (await _database.Keys.AuthenticateAsync(Key, TestContext.Current.CancellationToken)).Principal!.UserId;
        using var late = new CancellationTokenSource(Patience.Longest);
        long tokens;
        while ((tokens = await _database.Usage.TodayAsync(user, late.Token)) == 0)
            await Task.Delay(20, late.Token);
        return tokens;
    }

    /// <summary>Ends the server, and keeps the folder for looking into it.</summary>
    internal async Task EndAsync() => await _server.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    static string RealFile(string model) => model switch
    {
        "other" => ShippedEncoder.Path,
        "tools" => ToolModel.Path,
        _ => ShippedModel.Path,
    };

    static ModelEntry Entry(string folder, string name)
    {
        var path = Path.Combine(folder, $"{name}.gguf");
        File.WriteAllText(path, "");
        return new() { Name = name, Source = ModelSource.File, Origin = path, Files = [new() { Path = path, Bytes = 0, Modified = DateTimeOffset.UnixEpoch }] };
    }
}
