using System.Text.Json;
using Hearth.Tests.Cli.Support;

namespace Hearth.Tests.Cli.Commands;

/// <summary>Windows and their sums, with a model whose tokens are bytes and that finds an 'a' half as likely as anything else.</summary>
public sealed class PerplexityCommandTests : IDisposable
{
    readonly CliRun _cli = new CliRun().WithShippedModel();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Of_each_full_window_the_tokens_after_the_257th_count()
    {
        // Two windows and a rest. In the first one a's stand where nothing counts, in the second where everything does.
        var text = new string('a', 257) + new string('b', 255 + 257) + new string('a', 255 + 100);
        Assert.Equal(0, await _cli.RunAsync("perplexity", _cli.File("text.txt", text), "--json"));

        using var json = JsonDocument.Parse(_cli.Output);
        Assert.Equal([(512, 257), (512, 257)], _cli.Model.Scored);
        Assert.Equal(510, json.RootElement.GetProperty("count").GetInt32());
        Assert.Equal(1124, json.RootElement.GetProperty("tokens_in_text").GetInt32());
        Assert.Equal(Math.Sqrt(2 * 4), json.RootElement.GetProperty("perplexity").GetDouble(), 1e-12);
        Assert.Equal([255 * Math.Log(2), 255 * Math.Log(4)], json.RootElement.GetProperty("window_nll").EnumerateArray().Select(n => Math.Round(n.GetDouble(), 9)), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal(512, _cli.Model.LoadedWith!.ContextLength);
    }

    [Fact]
    public async Task The_model_may_stand_before_the_text()
    {
        var model = _cli.File("m.gguf", "");
        Assert.Equal(0, await _cli.RunAsync("perplexity", model, _cli.File("text.txt", new string('b', 600)), "--context", "1024"));
        Assert.Equal([model], _cli.Opened.Single().Paths);
        Assert.Equal("perplexity 2.0000 over 255 tokens in 1 windows (1)\n", _cli.Output);
        Assert.Equal(1024, _cli.Model.LoadedWith!.ContextLength);
    }

    [Fact]
    public async Task A_text_without_a_full_window_is_refused_with_both_numbers()
    {
        Assert.Equal(1, await _cli.RunAsync([.. Enumerable.Repeat((byte)'b', 511)], ["perplexity"]));
        Assert.Contains("511 tokens", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("at least 512", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(2, await _cli.RunAsync("perplexity", "one", "two", "three"));
    }
}
