using Hearth.Requests;
using Hearth.Tests.Server.Support;

namespace Hearth.Tests.Server.Clients;

/// <summary>The official Ollama library for JavaScript against the real models in confined workers; tests/clients/ollama.mjs has the cases, docs/compatibility.md lists them.</summary>
[Collection("kernels")]
public sealed class OllamaJsTests : IAsyncLifetime
{
    TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartRealAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public Task Running_and_version() => NodeClient.RunAsync(_server, "ollama");

    [Fact]
    public Task List() => NodeClient.RunAsync(_server, "ollama");

    [Fact]
    public Task Show() => NodeClient.RunAsync(_server, "ollama");

    [Fact]
    public Task Loaded_models() => NodeClient.RunAsync(_server, "ollama");

    [Fact]
    public Task Chat_plain() => NodeClient.RunAsync(_server, "ollama");

    [Fact]
    public Task Chat_stream_is_what_the_plain_answer_is() => NodeClient.RunAsync(_server, "ollama");

    [Fact]
    public Task Chat_schema() => NodeClient.RunAsync(_server, "ollama");

    [Fact]
    public Task Chat_tools_where_the_template_takes_none() => NodeClient.RunAsync(_server, "ollama");

    [Fact]
    public Task Chat_over_length() => NodeClient.RunAsync(_server, "ollama");

    [Fact]
    public Task Chat_bad_parameter() => NodeClient.RunAsync(_server, "ollama");

    [Fact]
    public async Task Chat_cancel_ends_the_work()
    {
        await NodeClient.RunAsync(_server, "ollama");
        Assert.InRange(await _server.TokensCountedAsync(), 1, 3000);
    }

    [Fact]
    public async Task Failure_in_the_stream()
    {
        await using var server = await TestServer.StartAsync();
        var pieces = 0;
        server.Model.BeforePiece = _ => ++pieces > 1 ? throw new EngineException(FailureCode.WorkerLost, "The worker ended.") : Task.CompletedTask;
        await NodeClient.RunAsync(server, "ollama");
    }

    [Fact]
    public Task Generate() => NodeClient.RunAsync(_server, "ollama");

    [Fact]
    public Task Embed() => NodeClient.RunAsync(_server, "ollama");

    [Fact]
    public Task Pull_of_an_installed_model() => NodeClient.RunAsync(_server, "ollama");

    [Fact]
    public Task Unknown_model() => NodeClient.RunAsync(_server, "ollama");

    [Fact]
    public Task Wrong_key() => NodeClient.RunAsync(_server, "ollama");
}
