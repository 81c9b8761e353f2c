using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Hearth.Models;
using Hearth.Requests.Chat;
using Hearth.Requests.Models;
using Hearth.Server;
using Hearth.Storage;
using Hearth.Storage.Access;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Server.Support;
using Hearth.Tests.Support;
using Hearth.Tests.Workers.Support;
using Hearth.Workers.Client;
using Microsoft.AspNetCore.Builder;

namespace Hearth.Tests.Server.Operations;

/// <summary>The ASP.NET Core program of docs/server.md, as it stands there, with the shipped model in a confined worker.</summary>
[Collection("kernels")]
public sealed class HostProgramTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_program_of_the_document_is_the_code_of_this_test()
    {
        var snippet = Assert.Single(Regex.Matches(File.ReadAllText(Repository.At("docs", "server.md")), "```csharp\n(.*?)```", RegexOptions.Singleline)).Groups[1].Value;
        var here = File.ReadAllText(Repository.At("tests", "Hearth.Tests", "Server", "Operations", "HostProgramTests.cs"));
        Assert.Contains(string.Concat(snippet.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"        {line}\n")), here, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_answers_whoever_has_a_key_and_makes_a_span_of_it()
    {
        await using var storage = Database.Open(Path.Combine(_folder.Path, "storage"), TimeProvider.System);
        await storage.Users.AddAsync("alice", new(), Stop);
        var (_, key) = await storage.Keys.AddAsync("alice", new(KeyScopes.Chat), Stop);
        await using var app = Program(storage, _folder.Path, Repository.At("models"), ["--urls", "http://127.0.0.1:0"]);
        await app.StartAsync(Stop);
        using var spans = new KeptSpans();
        using var client = new HttpClient { BaseAddress = new(app.Urls.Single()) };
        var trace = $"{ActivityTraceId.CreateRandom()}";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent("""{"model": "SmolLM2-135M-Instruct", "temperature": 0, "messages": [{"role": "user", "content": "What is the capital of Germany?"}]}""", Encoding.UTF8, "application/json"),
            Headers = { Authorization = new("Bearer", key.Reveal()) },
        };
        request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
        using var response = await client.SendAsync(request, Stop);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("Berlin", await response.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        await Eventually.HoldsAsync(() => spans.Of(trace).Any(), "the span has ended");
        await app.StopAsync(Stop);
    }

    [Fact]
    public async Task It_takes_no_larger_bodies_than_its_limits_say_and_leaves_the_program_its_own_addresses()
    {
        await using var storage = Database.Open(Path.Combine(_folder.Path, "storage"), TimeProvider.System);
        await storage.Users.AddAsync("alice", new(), Stop);
        var (_, key) = await storage.Keys.AddAsync("alice", new(KeyScopes.Chat), Stop);
        var builder = WebApplication.CreateBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Services.AddHearth(new ServerOptions
        {
            Models = new(Path.Combine(_folder.Path, "models"), []),
            OpenModel = (_, _) => throw new InvalidOperationException("There is no model."),
            ModelSettings = _ => throw new InvalidOperationException("There is no model."),
            Database = storage,
            Limits = new() { BodyBytes = 100 },
        });
        await using var app = builder.Build();
        app.MapHearth();
        app.MapGet("/", () => "the program's own page");
        app.MapFallback(() => "another page of it");
        await app.StartAsync(Stop);
        using var client = new HttpClient { BaseAddress = new(app.Urls.Single()), DefaultRequestHeaders = { Authorization = new("Bearer", key.Reveal()) } };
        using var content = new StringContent($$"""{"model": "{{new string('x', 200)}}"}""");
        using var response = await client.PostAsync("/v1/chat/completions", content, Stop);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("the program's own page", await client.GetStringAsync("/", Stop));
        Assert.Equal("another page of it", await client.GetStringAsync("/nowhere", Stop));
        foreach (var address in (string[])["/v1/nowhere", "/api/nowhere"])
        {
            using var unknown = await client.GetAsync(address, Stop);
            Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        }

        using var wrong = await client.DeleteAsync("/v1/models", Stop);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "GET,HEAD"), (wrong.StatusCode, string.Join(',', wrong.Content.Headers.Allow)));
        using var own = await client.DeleteAsync("/", Stop);
        Assert.Equal("another page of it", await own.Content.ReadAsStringAsync(Stop));
        await app.StopAsync(Stop);
    }

    static WebApplication Program(Database storage, string data, string models, string[] args)
    {
        var store = new ModelStore(Path.Combine(data, "models"), BuiltInModels.In(models));
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddHearth(new ServerOptions
        {
            Models = store,
            OpenModel = async (model, stop) => await WorkerModelFile.OpenAsync(new() { ModelPaths = [.. model.Files.Select(store.PathOf)] }, stop),
            ModelSettings = _ => new(new LoadOptions(), new GenerationRequest(new TextPrompt("")), System: null),
            Database = storage,
        });
        var app = builder.Build();
        app.MapHearth();
        return app;
    }
}
