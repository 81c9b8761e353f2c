using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Cli;

/// <summary>The built program with the model that ships, its worker and its confinement, against the reference outputs.</summary>
public sealed class EndToEndTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_continues_a_text_as_the_reference_does()
    {
        var item = Reference("greedy.json")[0];
        var (code, output, _) = await RunAsync(item.GetProperty("text").GetString()!, "run", "--raw", "--parse-special", "--ignore-eos", "--temperature", "0", "--max-tokens", "16", "--activations", "float", "--json");
        Assert.Equal(0, code);
        using var json = JsonDocument.Parse(output);
        Assert.Equal(Ids(item.GetProperty("continuation_ids"))[..16], Ids(json.RootElement.GetProperty("tokens")));
        Assert.Equal("length", json.RootElement.GetProperty("finish_reason").GetString());
    }

    [Fact]
    public async Task Tokenize_gives_the_reference_s_ids()
    {
        foreach (var item in Reference("tokens.json").Where((_, i) => i % 16 == 1))
        {
            string[] words = ["tokenize", "--json", .. item.GetProperty("parse_special").GetBoolean() ? (string[])["--parse-special"] : []];
            var (code, output, _) = await RunAsync(item.GetProperty("text").GetString()!, words);
            Assert.Equal(0, code);
            using var json = JsonDocument.Parse(output);
            Assert.Equal(Ids(item.GetProperty("ids")), Ids(json.RootElement.GetProperty("tokens")));
        }
    }

    [Fact]
    public async Task Template_renders_a_conversation_exactly()
    {
        var item = Reference("chat.json")[1];
        var context = Path.Combine(_folder.Path, "context.json");
        await File.WriteAllTextAsync(context, $"{{\"messages\": {item.GetProperty("messages").GetRawText()}, \"add_generation_prompt\": true}}", TestContext.Current.CancellationToken);
        Assert.Equal((0, item.GetProperty("text").GetString(), ""), await RunAsync("", "template", "--context", context));
    }

    [Fact]
    public async Task A_template_of_one_s_own_needs_no_model_and_its_error_is_exit_code_1()
    {
        var template = Path.Combine(_folder.Path, "t.jinja");
        var context = Path.Combine(_folder.Path, "c.json");
        await File.WriteAllTextAsync(context, "{\"x\": 1}", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(template, "x is {{ x }}", TestContext.Current.CancellationToken);
        Assert.Equal((0, "x is 1", ""), await RunAsync("", "template", "--template", template, "--context", context));
        await File.WriteAllTextAsync(template, "{{ raise_exception('no') }}", TestContext.Current.CancellationToken);
        var (code, output, error) = await RunAsync("", "template", "--template", template, "--context", context);
        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith("error: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logits_are_those_of_the_reference()
    {
        var ids = Path.Combine(_folder.Path, "ids.json");
        var rows = Path.Combine(_folder.Path, "rows.f32");
        await File.WriteAllTextAsync(ids, Reference("logits.json")[0].GetProperty("ids").GetRawText(), TestContext.Current.CancellationToken);
        var (code, _, _) = await RunAsync("", "logits", "--tokens", ids, "--output", rows, "--activations", "float");
        Assert.Equal(0, code);
        var found = MemoryMarshal.Cast<byte, float>(await File.ReadAllBytesAsync(rows, TestContext.Current.CancellationToken)).ToArray();
        var expected = MemoryMarshal.Cast<byte, float>(await File.ReadAllBytesAsync(DataFile("logits.f32"), TestContext.Current.CancellationToken))[..found.Length].ToArray();
        Assert.Equal(49152, found.Length);
        var error = Math.Sqrt(found.Zip(expected, (f, e) => ((double)f - e) * ((double)f - e)).Sum() / expected.Sum(e => (double)e * e));
        Assert.InRange(error, 0, 1e-4);
    }

    [Fact]
    public async Task Inspect_knows_the_shipped_file()
    {
        var (code, output, _) = await RunAsync("", "inspect", "--json");
        Assert.Equal(0, code);
        using var json = JsonDocument.Parse(output);
        Assert.Equal(98_362_432, json.RootElement.GetProperty("bytes").GetInt64());
        Assert.Equal(272, json.RootElement.GetProperty("tensors").GetArrayLength());
    }

    [Fact]
    public async Task A_file_that_is_no_model_is_refused_by_its_name()
    {
        var path = Path.Combine(_folder.Path, "notes.txt");
        await File.WriteAllTextAsync(path, "These are notes.", TestContext.Current.CancellationToken);
        foreach (var words in (string[][])[["inspect", path], ["run", "--model", path, "Hello"]])
        {
            var (code, _, error) = await RunAsync("", words);
            Assert.Equal(3, code);
            Assert.StartsWith($"error: {path}: This is not a GGUF file", error, StringComparison.Ordinal);
        }
    }

    static JsonElement[] Reference(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(DataFile(name)));
        return [.. document.RootElement.GetProperty("items").EnumerateArray().Select(e => e.Clone())];
    }

    static string DataFile(string name) => Repository.At("tests", "data", "SmolLM2-135M-Instruct", name);

    static int[] Ids(JsonElement ids) => [.. ids.EnumerateArray().Select(e => e.GetInt32())];

    static async Task<(int Code, string Output, string Error)> RunAsync(string input, params string[] words)
    {
        var start = new ProcessStartInfo(Repository.At("artifacts", "bin", "Hearth.Cli", "release", "hearth"), words)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new System.Text.UTF8Encoding(false),
        };
        return await PrivateHome.RunAsync(start, input);
    }
}
