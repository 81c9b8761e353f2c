using System.Net;
using Hearth.Requests.Chat;
using Hearth.Tests.Server.Support;

namespace Hearth.Tests.Server.Ollama;

public sealed class GenerateTests : IAsyncLifetime
{
    const string Generate = "/api/generate";

    TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_prompt_goes_through_the_template_as_the_users_message()
    {
        var (status, body) = await _server.PostAsync(Generate, """{"model": "tiny", "prompt": "hello", "system": "Be kind.", "stream": false}""");
        Assert.Equal(HttpStatusCode.OK, status);
        OllamaSchemas.Check("GenerateResponse", body);
        Assert.Equal("You said: hello", body.GetProperty("response").GetString());
        Assert.Equal([("system", "Be kind."), ("user", "hello")], ((ChatPrompt)_server.Model.Requests.Single().Prompt).Messages.Select(m => (m.Role, m.Content.Reveal())));
    }

    [Fact]
    public async Task A_stream_of_lines_is_the_same_text()
    {
        var lines = await _server.LinesAsync(Generate, """{"model": "tiny", "prompt": "hello"}""");
        OllamaSchemas.CheckStream("GenerateStreamEvent", "GenerateResponse", lines);
        Assert.Equal("You said: hello", string.Concat(lines.Select(l => l.GetProperty("response").GetString())));
    }

    [Fact]
    public async Task What_the_model_thinks_has_a_place_of_its_own()
    {
        _server.Model.Shape = (piece, delta) => piece.StartsWith("You", StringComparison.Ordinal) ? delta with { Text = "", Reasoning = "hm" } : delta;
        var (_, body) = await _server.PostAsync(Generate, """{"model": "tiny", "prompt": "hello", "think": true, "stream": false}""");
        Assert.Equal(("hm", "hello"), (body.GetProperty("thinking").GetString(), body.GetProperty("response").GetString()));
        Assert.Equal("""{"enable_thinking": true}""", ((ChatPrompt)_server.Model.Requests.Single().Prompt).OptionsJson!.Value.Reveal());
    }

    [Fact]
    public async Task A_raw_prompt_is_taken_as_it_is()
    {
        await _server.PostAsync(Generate, """{"model": "tiny", "prompt": "<|im_start|>user", "raw": true, "stream": false, "system": "", "suffix": "", "context": [], "images": null, "template": ""}""");
        Assert.Equal(new TextPrompt("<|im_start|>user", ParseSpecial: true), _server.Model.Requests.Single().Prompt);
    }

    [Theory]
    [InlineData(""", "suffix": "x" """, "suffix")]
    [InlineData(""", "context": [1, 2]""", "context")]
    [InlineData(""", "template": "{{ .Prompt }}" """, "template")]
    [InlineData(""", "images": ["aGVsbG8="]""", "images")]
    [InlineData(""", "width": 512""", "width")]
    [InlineData(""", "raw": true, "system": "x" """, "system")]
    [InlineData(""", "raw": 1""", "raw")]
    public async Task What_is_not_done_is_named(string fields, string named)
    {
        var (status, error) = await _server.PostAsync(Generate, $$"""{"model": "tiny", "prompt": "x"{{fields}}}""");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        OllamaSchemas.Check("ErrorResponse", error);
        Assert.Contains($"'{named}'", error.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_prompt_the_model_is_loaded_or_given_up()
    {
        var (_, body) = await _server.PostAsync(Generate, """{"model": "tiny"}""");
        Assert.Equal(("load", ""), (body.GetProperty("done_reason").GetString(), body.GetProperty("response").GetString()));
        (_, body) = await _server.PostAsync(Generate, """{"model": "tiny", "keep_alive": 0}""");
        Assert.Equal("unload", body.GetProperty("done_reason").GetString());
        Assert.Equal(2, _server.Model.Disposals);
    }
}
