using Hearth.Tests.Cli.Support;
using Hearth.Tests.Models.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Cli;

/// <summary>The built program in a home of its own: the model that ships, lying where other programs would have put it, imported and asked.</summary>
public sealed class ModelsEndToEndTests : IDisposable
{
    readonly BuiltProgram _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task Ollama_s_models_are_imported_with_one_line_and_chat()
    {
        new OllamaLayout(_program.PathOf(".ollama/models")).Link("registry.ollama.ai/library/smollm2/135m", ShippedModel.Path, ("system", "You are helpful."), ("params", "{\"temperature\": 0}"), ("license", "Apache 2.0"))
            .Add("registry.ollama.ai/library/bare/latest", new GgufBuilder().Entry("general.architecture", "llama").Build(), ("template", "{{ .Prompt }}"))
            .Raw("registry.ollama.ai/library/cloud/latest", "{\"layers\":[]}");
        var (code, output, error) = await _program.RunAsync("models", "import", "--from", "ollama");
        Assert.Equal(0, code);
        Assert.Contains("smollm2:135m  98.4 MB, used in place\n", output, StringComparison.Ordinal);
        Assert.Contains("bare:latest: Ollama's own template is in Go's language and is not used.", error, StringComparison.Ordinal);
        Assert.Contains("bare:latest: The file has no chat template", error, StringComparison.Ordinal);
        Assert.Contains("cloud:latest: not imported.", error, StringComparison.Ordinal);
        await AnswersAsync("smollm2:135m");
        Assert.StartsWith("smollm2:135m: verified\n", (await _program.RunAsync("models", "verify", "smollm2:135m")).Output, StringComparison.Ordinal);
        Assert.Contains("llama, 135 M parameters, Q4_1, context 8,192, with chat template", (await _program.RunAsync("models", "show", "smollm2:135m")).Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_program.PathOf(".local/share/hearth/models"), "sha256*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task So_are_those_of_lm_studio_in_parts_and_of_the_hub()
    {
        SplitModel.Write(ShippedModel.Path, _program.PathOf(".lmstudio/models/pub/SmolLM2-GGUF"), "SmolLM2-135M", 3);
        HubLayout.Add(_program.PathOf(".cache/huggingface/hub"), "owner/SmolLM2-GGUF", new string('a', 40), "smollm2-q4_1.gguf", null, ShippedModel.Path);
        Assert.Equal((0, "SmolLM2-135M  98.4 MB, used in place\n"), await ImportAsync("lm-studio"));
        Assert.Equal((0, "smollm2-q4_1  98.4 MB, used in place\n"), await ImportAsync("hugging-face"));
        var again = await _program.RunAsync("models", "import", "pub/SmolLM2-135M");
        Assert.Equal((0, "SmolLM2-135M  98.4 MB, used in place\n"), (again.Code, again.Output));
        await AnswersAsync("SmolLM2-135M");
        await AnswersAsync("smollm2-q4_1");
        Assert.Contains("in 3 parts", (await _program.RunAsync("inspect", "SmolLM2-135M")).Output, StringComparison.Ordinal);
        var verified = await _program.RunAsync("models", "verify");
        Assert.Equal(0, verified.Code);
        Assert.All(verified.Output.TrimEnd('\n').Split('\n'), line => Assert.EndsWith(": verified", line, StringComparison.Ordinal));
        Assert.All((string[])["SmolLM2-135M", "SmolLM2-135M-Instruct", "smollm2-q4_1"], name => Assert.Contains($"{name}: verified\n", verified.Output, StringComparison.Ordinal));

        File.Delete(_program.PathOf(".lmstudio/models/pub/SmolLM2-GGUF/SmolLM2-135M-00002-of-00003.gguf"));
        var (code, _, error) = await _program.RunAsync("run", "x", "--model", "SmolLM2-135M");
        Assert.Equal(3, code);
        Assert.Contains("SmolLM2-135M-00002-of-00003.gguf", error, StringComparison.Ordinal);
        Assert.Contains("hearth models import --from lm-studio", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_several_processes_import_at_the_same_time_is_all_on_the_list()
    {
        var names = Enumerable.Range(1, 5).Select(i => $"m{i}").ToArray();
        foreach (var name in names)
            File.WriteAllBytes(_program.PathOf($"{name}.gguf"), new GgufBuilder().Entry("general.architecture", "llama").Build());
        var imports = await Task.WhenAll(names.Select(name => _program.RunAsync("models", "import", _program.PathOf($"{name}.gguf"))));
        Assert.All(imports, import => Assert.Equal(0, import.Code));
        Assert.Superset(names.ToHashSet(), (await _program.RunAsync("models", "list", "--names")).Output.Split('\n').ToHashSet());
    }

    async Task<(int, string)> ImportAsync(string source)
    {
        var (code, output, _) = await _program.RunAsync("models", "import", "--from", source);
        return (code, output);
    }

    /// <summary>The model of a name answers as the shipped one does.</summary>
    async Task AnswersAsync(string name)
    {
        string[] greedy = ["--temperature", "0", "--max-tokens", "12", "--context", "512", "--system", "You are helpful."];
        var expected = await _program.RunAsync(["run", "What is the capital of France?", .. greedy]);
        Assert.Equal(0, expected.Code);
        Assert.Equal(expected.Output, (await _program.RunAsync(["run", "What is the capital of France?", "--model", name, .. greedy])).Output);
        Assert.Contains(expected.Output.Trim(), (await _program.RunAsync("What is the capital of France?\n", ["chat", "--model", name, .. greedy])).Output, StringComparison.Ordinal);
    }
}
