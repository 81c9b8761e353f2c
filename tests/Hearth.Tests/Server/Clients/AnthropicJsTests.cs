using Hearth.Tests.Server.Support;

namespace Hearth.Tests.Server.Clients;

/// <summary>Anthropic's own library for JavaScript against the real model in a confined worker. docs/compatibility.md lists these cases; they are in tests/clients/anthropic.mjs.</summary>
[Collection("kernels")]
public sealed class AnthropicJsTests : IAsyncLifetime
{
    TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartRealAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public Task Messages_plain() => RunAsync();

    [Fact]
    public Task Messages_stream_is_what_the_plain_answer_is() => RunAsync();

    [Fact]
    public Task Messages_schema() => RunAsync();

    [Fact]
    public Task Messages_tools_where_the_template_takes_none() => RunAsync();

    [Fact]
    public Task Messages_tools_demanded() => RunAsync();

    [Fact]
    public Task Messages_stop_sequences() => RunAsync();

    [Fact]
    public Task Messages_over_length() => RunAsync();

    [Fact]
    public Task Messages_bad_parameter() => RunAsync();

    [Fact]
    public Task Messages_unknown_model() => RunAsync();

    [Fact]
    public Task Messages_cancel() => RunAsync();

    [Fact]
    public async Task Messages_failure_in_the_stream()
    {
        await using var server = await FailingModel.ServeAsync();
        await NodeClient.RunAsync(server, "anthropic");
    }

    [Fact]
    public Task Token_count() => RunAsync();

    [Fact]
    public Task Wrong_key() => RunAsync();

    [Fact]
    public Task Models() => RunAsync();

    Task RunAsync([System.Runtime.CompilerServices.CallerMemberName] string test = "") => NodeClient.RunAsync(_server, "anthropic", test: test);
}
