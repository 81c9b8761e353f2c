using Hearth.Tests.Server.Support;

namespace Hearth.Tests.Server.Clients;

/// <summary>The official OpenAI library for JavaScript (tests/clients/openai.mjs) against the real model in a confined worker; fakes only where it must call tools or fail.</summary>
[Collection("kernels")]
public sealed class OpenAiJsTests : IAsyncLifetime
{
    TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartRealAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public Task Chat_plain() => NodeClient.RunAsync(_server, "openai");

    [Fact]
    public Task Chat_stream_is_what_the_plain_answer_is() => NodeClient.RunAsync(_server, "openai");

    [Fact]
    public Task Chat_stream_by_the_helper() => NodeClient.RunAsync(_server, "openai");

    [Fact]
    public Task Chat_schema() => NodeClient.RunAsync(_server, "openai");

    [Fact]
    public async Task Chat_tools()
    {
        await using var server = await CallingModel.ServeAsync();
        await NodeClient.RunAsync(server, "openai");
    }

    [Fact]
    public async Task Chat_tools_in_a_stream()
    {
        await using var server = await CallingModel.ServeAsync();
        await NodeClient.RunAsync(server, "openai");
    }

    [Fact]
    public Task Chat_tools_demanded() => NodeClient.RunAsync(_server, "openai");

    [Fact]
    public Task Chat_tools_where_the_template_takes_none() => NodeClient.RunAsync(_server, "openai");

    [Fact]
    public Task Chat_log_probabilities() => NodeClient.RunAsync(_server, "openai");

    [Fact]
    public Task Chat_over_length() => NodeClient.RunAsync(_server, "openai");

    [Fact]
    public Task Chat_bad_parameter() => NodeClient.RunAsync(_server, "openai");

    [Fact]
    public Task Chat_cancel() => NodeClient.RunAsync(_server, "openai");

    [Fact]
    public async Task Chat_failure_in_the_stream()
    {
        await using var server = await FailingModel.ServeAsync();
        await NodeClient.RunAsync(server, "openai");
    }

    [Fact]
    public Task Completions() => NodeClient.RunAsync(_server, "openai");

    [Fact]
    public Task Completions_stream_is_what_the_plain_answer_is() => NodeClient.RunAsync(_server, "openai");

    [Fact]
    public Task Completions_over_length() => NodeClient.RunAsync(_server, "openai");

    [Fact]
    public async Task Completions_failure_in_the_stream()
    {
        await using var server = await FailingModel.ServeAsync();
        await NodeClient.RunAsync(server, "openai");
    }

    [Fact]
    public Task Embeddings() => NodeClient.RunAsync(_server, "openai");

    [Fact]
    public Task Embeddings_as_numbers() => NodeClient.RunAsync(_server, "openai");

    [Fact]
    public Task Responses_plain() => NodeClient.RunAsync(_server, "openai");

    [Fact]
    public Task Responses_in_turns() => NodeClient.RunAsync(_server, "openai");

    [Fact]
    public Task Responses_stream_is_what_the_plain_answer_is() => NodeClient.RunAsync(_server, "openai");

    [Fact]
    public Task Responses_stream_by_the_helper() => NodeClient.RunAsync(_server, "openai");

    [Fact]
    public Task Responses_schema() => NodeClient.RunAsync(_server, "openai");

    [Fact]
    public async Task Responses_tools()
    {
        await using var server = await CallingModel.ServeAsync();
        await NodeClient.RunAsync(server, "openai");
    }

    [Fact]
    public Task Responses_tools_demanded() => NodeClient.RunAsync(_server, "openai");

    [Fact]
    public Task Responses_over_length() => NodeClient.RunAsync(_server, "openai");

    [Fact]
    public Task Responses_bad_parameter() => NodeClient.RunAsync(_server, "openai");

    [Fact]
    public Task Responses_cancel() => NodeClient.RunAsync(_server, "openai");

    [Fact]
    public async Task Responses_failure_in_the_stream()
    {
        await using var server = await FailingModel.ServeAsync();
        await NodeClient.RunAsync(server, "openai");
    }

    [Fact]
    public Task Models() => NodeClient.RunAsync(_server, "openai");

    [Fact]
    public Task Wrong_key() => NodeClient.RunAsync(_server, "openai", _server.Key[..^1]);
}
