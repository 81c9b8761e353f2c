using System.Runtime.InteropServices;
using System.Text;
using Hearth.Requests;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Cli.Commands;

/// <summary>tokenize, template, logits and inspect.</summary>
public sealed class FileCommandTests : IDisposable
{
    readonly CliRun _cli = new CliRun().WithShippedModel();

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData("Hi\n", false, "{\"tokens\":[72,105,10],\"confined\":true,\"denied_calls\":0}\n")]
    [InlineData("", false, "{\"tokens\":[],\"confined\":true,\"denied_calls\":0}\n")]
    [InlineData("é", true, "{\"tokens\":[195,169,-1],\"confined\":true,\"denied_calls\":0}\n")]
    public async Task Tokenize_takes_standard_input_byte_for_byte(string text, bool parseSpecial, string expected)
    {
        string[] words = ["tokenize", "--json", .. parseSpecial ? (string[])["--parse-special"] : []];
        Assert.Equal(0, await _cli.RunAsync(Encoding.UTF8.GetBytes(text), words));
        Assert.Equal(expected, _cli.Output);
    }

    [Fact]
    public async Task Tokenize_prints_ids_on_one_line_without_json()
    {
        Assert.Equal(0, await _cli.RunAsync("tokenize", "Hi"));
        Assert.Equal("72 105\n", _cli.Output);
    }

    [Fact]
    public async Task Template_prints_exactly_what_was_rendered()
    {
        var context = _cli.File("context.json", "{}");
        Assert.Equal(0, await _cli.RunAsync("template", "--context", context));
        Assert.Equal("|{}|", _cli.Output);
    }

    [Fact]
    public async Task A_template_from_a_file_replaces_the_model_s_own_and_gets_the_given_time()
    {
        var context = _cli.File("context.json", "{\"messages\": []}");
        var template = _cli.File("template.jinja", "\uFEFFText\n");
        Assert.Equal(0, await _cli.RunAsync("template", "--template", template, "--context", context, "--now", "2026-01-02T03:04:05"));
        Assert.Empty(_cli.Opened.Single().Paths);
        Assert.Equal("\uFEFFText\n|{\"messages\": []}|2026-01-02T03:04:05", _cli.Output);
    }

    [Fact]
    public async Task The_error_of_a_template_goes_to_standard_error_with_exit_code_1()
    {
        _cli.Model.Render = _ => throw new EngineException(FailureCode.Template, "The template refuses the messages.", "", "Change them.") { Words = "Roles must alternate." };
        Assert.Equal(1, await _cli.RunAsync("template", "--context", _cli.File("context.json", "{}")));
        Assert.Equal(("", "error: The template refuses the messages.\n  it says: Roles must alternate.\n  to do: Change them.\n"), (_cli.Output, _cli.Error));
        Assert.Equal(1, await _cli.RunAsync("template", "--json", "--context", _cli.File("context.json", "{}")));
        Assert.Contains("\"words\":\"Roles must alternate.\"", _cli.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("template")]
    [InlineData("template", "--context", "c.json", "--template", "t", "--model", "m")]
    [InlineData("template", "--context", "c.json", "--now", "yesterday")]
    [InlineData("logits", "--output", "x")]
    [InlineData("logits", "--tokens", "x")]
    public async Task What_is_missing_or_contradicts_is_a_usage_error(params string[] words) => Assert.Equal(2, await _cli.RunAsync(words));

    [Theory]
    [InlineData(false, new[] { 7f, 7.5f, -7f })]
    [InlineData(true, new[] { 5f, 5.5f, -5f, 7f, 7.5f, -7f })]
    public async Task Logits_are_written_as_little_endian_float32_rows(bool allPositions, float[] expected)
    {
        var output = _cli.PathOf("out.f32");
        string[] words = ["logits", "--tokens", _cli.File("ids.json", "[5, 7]"), "--output", output, "--json", .. allPositions ? (string[])["--all-positions"] : []];
        Assert.Equal(0, await _cli.RunAsync(words));
        Assert.Equal(expected, MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(output)).ToArray());
        Assert.Equal($"{{\"output\":\"{output}\",\"rows\":{expected.Length / 3},\"columns\":3,\"numeric_profile\":\"1\",\"instruction_set\":\"scalar\",\"confined\":true,\"denied_calls\":0}}\n", _cli.Output);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[1, 2.5]")]
    [InlineData("[1, \"2\"]")]
    [InlineData("[99999999999]")]
    [InlineData("[1")]
    public async Task A_file_without_a_list_of_ids_is_refused_and_nothing_is_written(string content)
    {
        var output = _cli.PathOf("out.f32");
        Assert.Equal(1, await _cli.RunAsync("logits", "--tokens", _cli.File("ids.json", content), "--output", output));
        Assert.Contains("holds no list of token ids", _cli.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(output));
    }

    [Fact]
    public async Task A_computation_that_is_interrupted_leaves_the_older_file_and_nothing_else()
    {
        var output = _cli.File("out.f32", "older");
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        Assert.Equal(130, await _cli.RunAsync([], ["logits", "--tokens", _cli.File("ids.json", "[1]"), "--output", output], source.Token));
        Assert.Equal("older", File.ReadAllText(output));
        Assert.Equal(["ids.json", "models", "out.f32"], Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(output)!).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Inspect_shows_the_file_for_people_and_no_control_character_of_it()
    {
        Assert.Equal(0, await _cli.RunAsync("inspect", "--model", _cli.File("m.gguf", "")));
        Golden.Matches(_cli.Output.Replace(_cli.PathOf("m.gguf"), "m.gguf"), "inspect.txt");
        Assert.DoesNotContain('\e', _cli.Output);
        await _cli.RunAsync("inspect", "--tensors", _cli.PathOf("m.gguf"));
        Assert.Contains("blk.1.attn_q.weight", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_prints_everything_as_one_object()
    {
        Assert.Equal(0, await _cli.RunAsync("inspect", _cli.File("m.gguf", ""), "--context", "4096", "--json"));
        Golden.Matches(_cli.Output.Replace(_cli.PathOf("m.gguf"), "m.gguf"), "inspect.json");
    }
}
