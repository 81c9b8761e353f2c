using System.Text;
using Hearth.Cli.Settings;
using Hearth.Requests;
using Hearth.Requests.Models;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Models.Support;

namespace Hearth.Tests.Cli.Commands;

/// <summary>--lora: how it is written, which commands hand adapters over, and where they are kept.</summary>
public sealed class AdapterCommandTests : IDisposable
{
    const string Usual = "registry.ollama.ai/library";

    readonly CliRun _cli = new CliRun().WithShippedModel();

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData("a.gguf", "a.gguf", 1f)]
    [InlineData("a.gguf:0.5", "a.gguf", 0.5f)]
    [InlineData("a.gguf:-2", "a.gguf", -2f)]
    [InlineData("a.gguf:0", "a.gguf", 0f)]
    [InlineData("a.gguf:+1e-1", "a.gguf", 0.1f)]
    [InlineData("a:b.gguf", "a:b.gguf", 1f)]
    [InlineData("a:b.gguf:.5", "a:b.gguf", 0.5f)]
    [InlineData("odd:2", "odd", 2f)]
    [InlineData("odd:2:1", "odd:2", 1f)]
    [InlineData("a.gguf:", "a.gguf:", 1f)]
    [InlineData("a.gguf: 1", "a.gguf: 1", 1f)]
    [InlineData("a.gguf:0,5", "a.gguf:0,5", 1f)]
    [InlineData("a.gguf:strong", "a.gguf:strong", 1f)]
    public async Task The_scale_is_what_follows_the_last_colon_if_that_is_a_number(string written, string path, float scale)
    {
        Assert.Equal(0, await _cli.RunAsync("run", "x", "--lora", written));
        Assert.Equal([path], _cli.Opened[^1].Adapters);
        Assert.Equal([new(path, scale)], _cli.Model.LoadedWith!.Adapters);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":0.5")]
    [InlineData("a.gguf:NaN")]
    [InlineData("a.gguf:-Infinity")]
    [InlineData("a.gguf:1e99")]
    public async Task A_scale_that_is_not_finite_and_a_file_without_a_name_are_usage_errors(string written)
    {
        Assert.Equal(2, await _cli.RunAsync("run", "x", "--lora", "good.gguf", "--lora", written));
        Assert.Contains($"--lora has the value 'good.gguf', '{written}'.\n  expected: FILE or FILE:SCALE, an adapter in GGUF and a finite number such as 0.5.", _cli.Error, StringComparison.Ordinal);
        Assert.Empty(_cli.Opened);
    }

    [Fact]
    public async Task A_scale_that_is_mistyped_is_not_taken_for_a_part_of_the_name_of_a_file()
    {
        var adapter = _cli.File("a.gguf", "changes");
        Assert.Equal(2, await _cli.RunAsync("run", "x", "--lora", $"{adapter}:0,5"));
        Assert.Contains($"'0,5' is no scale for the adapter {adapter}.\n  expected: FILE or FILE:SCALE, with a number such as 0.5.", _cli.Error, StringComparison.Ordinal);
        Assert.Empty(_cli.Opened);
        var odd = _cli.File("a.gguf:0,5", "changes");
        Assert.Equal(0, await _cli.RunAsync("run", "x", "--lora", odd));
        Assert.Equal([odd], _cli.Opened[^1].Adapters);
    }

    [Theory]
    [InlineData("run", "x")]
    [InlineData("logits", "--tokens", "ids.json", "--output", "out.f32")]
    [InlineData("perplexity", "long.txt")]
    [InlineData("embed", "x", "--output", "out.f32", "--format", "f32")]
    [InlineData("rerank", "--query", "x", "--input", "documents.jsonl")]
    [InlineData("bench", "--rounds", "1")]
    public async Task A_result_tells_the_adapters_that_it_was_computed_with(params string[] words)
    {
        _cli.File("ids.json", "[1, 2]");
        _cli.File("long.txt", new('a', 600));
        _cli.File("documents.jsonl", "{\"text\": \"one\"}\n");
        words = [.. Array.ConvertAll(words, word => word.Contains('.') ? _cli.PathOf(word) : word), "--json"];
        Assert.Equal(0, await _cli.RunAsync([.. words, "--lora", "/m/b.gguf:0.5", "--lora", "/m/a.gguf"]));
        Assert.Contains("\"adapters\":[{\"path\":\"/m/b.gguf\",\"scale\":0.5},{\"path\":\"/m/a.gguf\",\"scale\":1}]", _cli.Output, StringComparison.Ordinal);
        Assert.Equal(0, await _cli.RunAsync(words));
        Assert.DoesNotContain("adapters", _cli.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run", "x")]
    [InlineData("logits", "--tokens", "ids.json", "--output", "out.f32")]
    [InlineData("perplexity", "long.txt")]
    [InlineData("embed", "x")]
    [InlineData("rerank", "--query", "x", "--input", "documents.jsonl")]
    [InlineData("bench", "--rounds", "1")]
    [InlineData("chat")]
    public async Task Every_command_that_loads_a_model_hands_its_adapters_over_in_order(params string[] words)
    {
        _cli.File("ids.json", "[1, 2]");
        _cli.File("long.txt", new('a', 600));
        _cli.File("documents.jsonl", "{\"text\": \"one\"}\n");
        words = Array.ConvertAll(words, word => word.Contains('.') ? _cli.PathOf(word) : word);
        Assert.Equal(0, await _cli.RunAsync("Hi\n"u8.ToArray(), [.. words, "--lora", "/m/b.gguf:0.5", "--lora", "~/a.gguf"]));
        Assert.Equal(["/m/b.gguf", _cli.PathOf("a.gguf")], _cli.Opened.Single().Adapters);
        Assert.Equal([new("b.gguf", 0.5f), new AdapterUse("a.gguf", 1)], _cli.Model.LoadedWith!.Adapters);
    }

    [Theory]
    [InlineData("tokenize", "x")]
    [InlineData("inspect")]
    [InlineData("plan")]
    [InlineData("template", "--context", "c.json")]
    public async Task Commands_that_load_nothing_open_no_adapter(params string[] words)
    {
        _cli.File("c.json", "{}");
        _cli.Environment["HEARTH_LORA"] = "a.gguf";
        Assert.Equal(0, await _cli.RunAsync(Array.ConvertAll(words, word => word == "c.json" ? _cli.PathOf(word) : word)));
        Assert.All(_cli.Opened, choice => Assert.Empty(choice.Adapters));
        Assert.Equal(2, await _cli.RunAsync([.. words, "--lora", "a.gguf"]));
    }

    [Fact]
    public async Task A_model_keeps_adapters_by_absolute_paths_and_an_option_replaces_them()
    {
        await _cli.RunAsync("models", "import", _cli.File("m.gguf", "weights"));
        Assert.Equal(0, await _cli.RunAsync("models", "set", "m", "lora=style.gguf:0.5", "lora=~/facts.gguf"));
        string[] kept = [$"{Path.GetFullPath("style.gguf")}:0.5", _cli.PathOf("facts.gguf")];
        Assert.Equal(0, await _cli.RunAsync("models", "show", "m", "--json"));
        using (var shown = System.Text.Json.JsonDocument.Parse(_cli.Output))
            Assert.Equal(kept, shown.RootElement.GetProperty("defaults").GetProperty("lora").EnumerateArray().Select(e => e.GetString()));
        Assert.Equal(0, await _cli.RunAsync("run", "x", "--model", "m"));
        Assert.Equal([Path.GetFullPath("style.gguf"), kept[1]], _cli.Opened[^1].Adapters);
        Assert.Equal([new("style.gguf", 0.5f), new AdapterUse("facts.gguf", 1)], _cli.Model.LoadedWith!.Adapters);
        Assert.Equal(0, await _cli.RunAsync("run", "x", "--model", "m", "--lora", "/m/other.gguf"));
        Assert.Equal(["/m/other.gguf"], _cli.Opened[^1].Adapters);
        Assert.Equal(0, await _cli.RunAsync("run", "x"));
        Assert.Empty(_cli.Opened[^1].Adapters);
        Assert.Equal(2, await _cli.RunAsync("models", "set", "m", "lora=a.gguf:NaN"));
        Assert.Equal(0, await _cli.RunAsync("models", "set", "m", "lora="));
        Assert.Equal(0, await _cli.RunAsync("run", "x", "--model", "m"));
        Assert.Empty(_cli.Opened[^1].Adapters);
    }

    [Fact]
    public async Task Another_model_of_a_chat_comes_without_the_adapters_of_the_command_line_and_with_its_own()
    {
        await _cli.RunAsync("models", "import", _cli.File("m.gguf", "weights"));
        await _cli.RunAsync("models", "set", "m", "lora=/m/own.gguf");
        Assert.Equal(0, await _cli.RunAsync(Encoding.UTF8.GetBytes("Hi\n/model m\nHi\n"), ["chat", "--lora", "/m/first.gguf"]));
        Assert.Equal(["/m/first.gguf"], _cli.Opened[^2].Adapters);
        Assert.Equal(["/m/own.gguf"], _cli.Opened[^1].Adapters);
        Assert.Equal([new("own.gguf", 1)], _cli.Model.LoadedWith!.Adapters);
        Assert.Contains("with own.gguf: fake", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_of_ollama_with_an_adapter_is_imported_and_loads_with_it()
    {
        var layout = new OllamaLayout(_cli.PathOf(".ollama/models")).Add($"{Usual}/pirate/latest", [1, 2], ("adapter", "changes"));
        _cli.Model.Inspected = found => IsAdapter() ? found with { Adapter = new("lora", "llama", 14, 4, 4, 8) } : found;
        Assert.Equal(0, await _cli.RunAsync("models", "import", "--from", "ollama"));
        Assert.Equal("pirate:latest  9 B, used in place\n", _cli.Output);
        Assert.Equal(0, await _cli.RunAsync("run", "x", "--model", "pirate", "--lora", "/m/b.gguf:2"));
        var blob = _cli.Opened[^1].Adapters[0];
        Assert.StartsWith(layout.Blob(""), blob, StringComparison.Ordinal);
        Assert.Equal("changes", File.ReadAllText(blob));
        Assert.Equal([blob, "/m/b.gguf"], _cli.Opened[^1].Adapters);
        Assert.Equal([new(Path.GetFileName(blob), 1), new AdapterUse("b.gguf", 2)], _cli.Model.LoadedWith!.Adapters);

        Assert.Equal(0, await _cli.RunAsync("models", "show", "pirate"));
        Assert.Contains($"  adapter      {blob}, 7 B, used in place\n", _cli.Output, StringComparison.Ordinal);
        Assert.Equal(0, await _cli.RunAsync("inspect", "pirate"));
        Assert.StartsWith($"pirate:latest ({_cli.Opened[^1].Paths[0]}) with sha256-", _cli.Output, StringComparison.Ordinal);
        Assert.Contains($"What its adapters take comes on top, 4 bytes for each of their numbers: {Path.GetFileName(blob)}.", _cli.Error, StringComparison.Ordinal);
        File.Delete(blob);
        Assert.Equal(3, await _cli.RunAsync("run", "x", "--model", "pirate"));
        Assert.Contains($"is not there any more, or may not be read: {blob}", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("ollama pull pirate:latest", _cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("qwen3", "lora", "one (lora) for models of the architecture qwen3")]
    [InlineData("llama", "control_vector", "one (control_vector) for models of the architecture llama")]
    [InlineData(null, "", "none.")]
    public async Task A_model_of_ollama_whose_adapter_is_for_another_is_not_imported(string? architecture, string type, string found)
    {
        new OllamaLayout(_cli.PathOf(".ollama/models")).Add($"{Usual}/pirate/latest", [1, 2], ("adapter", "changes"));
        _cli.Model.Inspected = model => IsAdapter() && architecture is not null ? model with { Adapter = new(type, architecture, 14, 4, 4, 8) } : model;
        Assert.Equal(3, await _cli.RunAsync("models", "import", "--from", "ollama"));
        Assert.Contains("pirate:latest: not imported. Its adapter ", _cli.Error, StringComparison.Ordinal);
        Assert.Contains($" is {found}", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("create it again with an adapter for it", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_adapter_of_ollama_in_an_older_format_is_named()
    {
        new OllamaLayout(_cli.PathOf(".ollama/models")).Add($"{Usual}/pirate/latest", [1, 2], ("adapter", "algg"));
        _cli.Model.Inspected = model => IsAdapter() ? throw new EngineException(FailureCode.InvalidModel, "The file starts with 'algg'.") : model;
        Assert.Equal(3, await _cli.RunAsync("models", "import", "--from", "ollama"));
        Assert.Contains(" is none in GGUF: The file starts with 'algg'.", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_adapter_is_inspected_and_is_no_model()
    {
        _cli.Model.Inspected = model => model with { Adapter = new("lora", "llama", 14, 4, 8, 16), Work = null, Warnings = [] };
        var adapter = _cli.File("a.gguf", "changes");
        Assert.Equal(0, await _cli.RunAsync("inspect", adapter));
        Assert.Contains("  An adapter (lora) for models of the architecture llama: 14 matrices, ranks 4 to 8, alpha 16\n  It is used with its model: hearth run --model MODEL --lora FILE\n", _cli.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Memory for", _cli.Output, StringComparison.Ordinal);
        Assert.Equal(0, await _cli.RunAsync("inspect", adapter, "--json"));
        Assert.Contains("\"adapter\":{\"type\":\"lora\",\"architecture\":\"llama\",\"matrices\":14,\"lowest_rank\":4,\"highest_rank\":8,\"alpha\":16}", _cli.Output, StringComparison.Ordinal);
        Assert.Equal(3, await _cli.RunAsync("plan", adapter));
        Assert.Contains("cannot be planned for: it is an adapter.", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(3, await _cli.RunAsync("models", "import", adapter));
        Assert.Contains("a: not imported. It is an adapter for models of the architecture llama, no model. It is used with its model: --lora FILE.", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_configuration_may_name_adapters_and_status_shows_them()
    {
        _cli.File(".config/hearth/config.json", "{\"lora\": [\"/m/a.gguf\", \"/m/b.gguf:0.5\"]}");
        Assert.Equal(0, await _cli.RunAsync("run", "x"));
        Assert.Equal(["/m/a.gguf", "/m/b.gguf"], _cli.Opened[^1].Adapters);
        Assert.Equal(0, await _cli.RunAsync("status"));
        Assert.Contains("with a.gguf, b.gguf:0.5\n", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("/m/a.gguf, /m/b.gguf:0.5  (configuration file)", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_settings_that_name_files_are_kept_absolute()
        => Assert.Equal(["lora"], SettingTable.PerModel.Where(setting => setting.NamesFile).Select(setting => setting.Name));

    /// <summary>Whether what was opened last is the adapter of the test.</summary>
    bool IsAdapter() => new FileInfo(_cli.Opened[^1].Paths[0]).Length is 4 or 7;
}
