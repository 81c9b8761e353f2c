using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Models.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Cli;

/// <summary>The built program and its confined worker with adapters, against the merged model of the original.</summary>
public sealed class AdapterEndToEndTests : IDisposable
{
    static readonly ReferenceData Data = new(Path.Combine("llama", "lora"));
    static readonly string Model = Path.GetFullPath(Path.Combine(Data.Folder, "..", "model.gguf"));

    readonly BuiltProgram _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task Logits_at_three_scales_and_with_two_at_once_are_those_of_the_original()
    {
        var seen = new HashSet<string>();
        foreach (var @case in Data.Cases.Where(c => c.GetProperty("tokens").GetArrayLength() == 7))
        {
            var options = @case.GetProperty("adapters").EnumerateArray().Select(a => $"{Path.Combine(Data.Folder, a.GetProperty("file").GetString()!)}:{a.GetProperty("scale").GetSingle().ToString(CultureInfo.InvariantCulture)}").ToList();
            seen.Add(string.Join('+', options.Select(Path.GetFileName)));
            ReferenceModel.AssertClose(Data.Expected(@case), await LogitsAsync(@case, ["--model", Model, .. options.SelectMany(o => (string[])["--lora", o])]), @case.GetProperty("name").GetString()!);
        }

        Assert.Superset(new HashSet<string> { "r4.gguf:1", "r4.gguf:0.5", "r4.gguf:-1", "r4.gguf:1+r8-f16.gguf:0.5" }, seen);
    }

    [Fact]
    public async Task A_name_with_a_colon_works_and_so_does_a_model_of_ollama_with_an_adapter()
    {
        var @case = Data.Cases.First();
        var named = _program.PathOf("r4:2.gguf");
        File.Copy(Path.Combine(Data.Folder, "r4.gguf"), named);
        ReferenceModel.AssertClose(Data.Expected(@case), await LogitsAsync(@case, "--model", Model, "--lora", named), "a colon");

        new OllamaLayout(_program.PathOf(".ollama/models")).Add("registry.ollama.ai/library/merged/latest", File.ReadAllBytes(Model), [("adapter", File.ReadAllBytes(named)), ("system", "Be brief."u8.ToArray())])
            .Add("registry.ollama.ai/library/other/latest", File.ReadAllBytes(Model), [("adapter", File.ReadAllBytes(Path.Combine(Data.Folder, "broken", "other-architecture.gguf")))])
            .Add("registry.ollama.ai/library/old/latest", File.ReadAllBytes(Model), [("adapter", "algg\u0001"u8.ToArray())]);
        var (code, output, error) = await _program.RunAsync("models", "import", "--from", "ollama");
        Assert.Equal(0, code);
        Assert.StartsWith("merged:latest  ", output, StringComparison.Ordinal);
        Assert.Contains("other:latest: not imported. Its adapter ", error, StringComparison.Ordinal);
        Assert.Contains("one (lora) for models of the architecture qwen3", error, StringComparison.Ordinal);
        Assert.Contains("old:latest: not imported. Its adapter ", error, StringComparison.Ordinal);
        Assert.Contains("none in GGUF", error, StringComparison.Ordinal);
        ReferenceModel.AssertClose(Data.Expected(@case), await LogitsAsync(@case, "--model", "merged"), "of Ollama");
        Assert.StartsWith("merged:latest: verified\n", (await _program.RunAsync("models", "verify", "merged")).Output, StringComparison.Ordinal);
        Assert.Contains($"  adapter      {_program.Home}", (await _program.RunAsync("models", "show", "merged")).Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_program.PathOf(".local/share/hearth/models"), "sha256*", SearchOption.AllDirectories));

        await _program.RunAsync("models", "import", Model, "--name", "plain");
        Assert.Equal(0, (await _program.RunAsync("models", "set", "plain", $"lora={named}")).Code);
        ReferenceModel.AssertClose(Data.Expected(@case), await LogitsAsync(@case, "--model", "plain"), "a default of the model");
    }

    [Theory]
    [InlineData("../model.gguf", 3, "The adapter 'model.gguf' cannot be used: it is no adapter", "'adapter'")]
    [InlineData("broken/missing-b.gguf", 3, "The adapter 'missing-b.gguf' cannot be used: it has no tensor 'blk.0.attn_q.weight.lora_b'.", "both matrices of each pair")]
    [InlineData("nothing.gguf", 3, "An adapter cannot be used. There is no file ", "a file that can be read")]
    [InlineData("r4.gguf:x", 2, "'x' is no scale for the adapter ", "FILE or FILE:SCALE, with a number")]
    [InlineData("r4.gguf:NaN", 2, "--lora has the value ", "FILE or FILE:SCALE")]
    public async Task What_cannot_be_used_is_said_with_what_was_expected(string adapter, int code, string found, string expected)
    {
        var refused = await _program.RunAsync("run", "x", "--raw", "--model", Model, "--lora", Path.Combine(Data.Folder, adapter));
        Assert.Equal((code, ""), (refused.Code, refused.Output));
        Assert.StartsWith($"error: {found}", refused.Error, StringComparison.Ordinal);
        Assert.Contains($"  expected: {expected}", refused.Error, StringComparison.Ordinal);
        Assert.Contains("  to do: ", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_says_that_a_file_is_an_adapter()
    {
        var (code, output, error) = await _program.RunAsync("inspect", Path.Combine(Data.Folder, "r4.gguf"));
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("  An adapter (lora) for models of the architecture llama: 14 matrices, rank 4, alpha 8\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("warning", output, StringComparison.Ordinal);
    }

    async Task<float[]> LogitsAsync(JsonElement @case, params string[] words)
    {
        var (ids, rows) = (_program.PathOf("ids.json"), _program.PathOf("rows.f32"));
        await File.WriteAllTextAsync(ids, @case.GetProperty("tokens").GetRawText(), TestContext.Current.CancellationToken);
        var (code, _, error) = await _program.RunAsync(["logits", "--activations", "float", "--all-positions", "--tokens", ids, "--output", rows, .. words]);
        Assert.True(code == 0, error);
        return MemoryMarshal.Cast<byte, float>(await File.ReadAllBytesAsync(rows, TestContext.Current.CancellationToken)).ToArray();
    }
}
