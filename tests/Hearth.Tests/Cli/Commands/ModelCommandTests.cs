using System.Text;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Models.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Cli.Commands;

/// <summary>hearth models …, and what names, defaults and licences do to the other commands.</summary>
public sealed class ModelCommandTests : IDisposable
{
    const string Usual = "registry.ollama.ai/library";

    readonly CliRun _cli = new CliRun().WithShippedModel();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task What_other_programs_have_is_shown_and_nothing_is_imported()
    {
        Ollama().Add($"{Usual}/llama3.2/1b", [1, 2]).Raw($"{Usual}/broken/one", "{");
        Assert.Equal(0, await _cli.RunAsync("models", "import"));
        Assert.Contains("Ollama\n  broken:one        The manifest is not JSON", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("  llama3.2:1b  2 B", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("LM Studio\n  nothing in ", _cli.Output, StringComparison.Ordinal);
        Assert.Empty(_cli.Opened);
        Assert.Equal(0, await _cli.RunAsync("models", "import", "--json"));
        Golden.Matches(Plain(_cli.Output), "found.json");
    }

    [Fact]
    public async Task All_of_ollama_are_imported_in_place_and_the_rest_is_explained()
    {
        Ollama().Add($"{Usual}/llama3.2/1b", [1, 2], ("params", """{"temperature": 0.5, "top_p": 7}"""), ("license", "LICENCE TEXT")).Add($"{Usual}/cloud/x", null, ("tensor", "a"));
        Assert.Equal(0, await _cli.RunAsync("models", "import", "--from", "ollama"));
        Assert.Equal("llama3.2:1b  2 B, used in place\n", _cli.Output);
        Assert.Contains("cloud:x: not imported. It has no GGUF file", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("llama3.2:1b: Its value of top-p is out of range and was left out.", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(0, await _cli.RunAsync("models", "list"));
        Golden.Matches(Plain(_cli.Output), "list.txt");
        Assert.Equal(0, await _cli.RunAsync("models", "list", "--names"));
        Assert.Equal("llama3.2:1b\nSmolLM2-135M-Instruct\n", _cli.Output);
        Assert.Equal(0, await _cli.RunAsync("models", "list", "--json"));
        Golden.Matches(Plain(_cli.Output), "list.json");
        Assert.Equal(0, await _cli.RunAsync("models", "show", "llama"));
        Golden.Matches(Plain(_cli.Output), "show.txt");
        Assert.Equal(0, await _cli.RunAsync("models", "show", "llama", "--licence"));
        Assert.Equal("LICENCE TEXT\n", _cli.Output);
    }

    [Fact]
    public async Task One_model_is_imported_by_its_name_and_others_near_it_are_suggested()
    {
        Ollama().Add($"{Usual}/llama3.2/1b", [1]).Add($"{Usual}/llama3.2/3b", [2]);
        Assert.Equal(3, await _cli.RunAsync("models", "import", "--from", "ollama", "llama3.2:2b"));
        Assert.Contains("perhaps llama3.2:1b or llama3.2:3b", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(0, await _cli.RunAsync("models", "import", "llama3.2:3b", "--name", "mine", "--json"));
        Assert.StartsWith("{\"imported\":[{\"name\":\"mine\",\"source\":\"ollama\",\"origin\":\"llama3.2:3b\"", _cli.Output, StringComparison.Ordinal);
        Assert.Equal(3, await _cli.RunAsync("models", "import", "--from", "lm-studio"));
        Assert.Contains("No model of LM Studio was found.", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_imported_copied_verified_and_removed()
    {
        var file = _cli.File("some model.gguf", "weights");
        Assert.Equal(0, await _cli.RunAsync("models", "import", file, "--copy"));
        Assert.Equal("some-model  7 B, copied\n", _cli.Output);
        Assert.Equal(0, await _cli.RunAsync("models", "verify", "some-model"));
        Assert.Equal("some-model: verified\n", _cli.Output);
        var copy = Directory.GetFiles(_cli.PathOf(".local/share/hearth/models/blobs")).Single();
        File.WriteAllText(copy, "WEIGHTS");
        Assert.Equal(3, await _cli.RunAsync("models", "verify"));
        Assert.Contains("some-model: A file of some-model has another content", _cli.Output, StringComparison.Ordinal);
        Assert.Equal(0, await _cli.RunAsync("models", "remove", "some-model"));
        Assert.False(File.Exists(copy));
        Assert.True(File.Exists(file));
    }

    [Fact]
    public async Task A_broken_file_is_not_imported_and_a_machine_without_confinement_is_no_fault_of_it()
    {
        var file = _cli.File("m.gguf", "weights");
        _cli.OpenFailure = new EngineException(FailureCode.InvalidModel, "This is not a GGUF file.");
        Assert.Equal(3, await _cli.RunAsync("models", "import", file));
        Assert.Contains("m: not imported. This is not a GGUF file.", _cli.Error, StringComparison.Ordinal);
        _cli.OpenFailure = new EngineException(FailureCode.Confinement, "No Landlock.");
        Assert.Equal(4, await _cli.RunAsync("models", "import", file));
    }

    [Fact]
    public async Task A_name_stands_for_the_files_of_the_model_everywhere()
    {
        var parts = new[] { _cli.File("big-00001-of-00002.gguf", "one"), _cli.File("big-00002-of-00002.gguf", "two") };
        Assert.Equal(0, await _cli.RunAsync("models", "import", parts[1]));
        Assert.Equal(0, await _cli.RunAsync("models", "import", parts[0]));
        Assert.Equal(0, await _cli.RunAsync("models", "import", parts[0], "--copy", "--name", "copied"));
        Assert.Equal(0, await _cli.RunAsync("tokenize", "x", "--model", "copied"));
        Assert.Equal(["one", "two"], _cli.Opened[^1].Paths.Select(File.ReadAllText));
        Assert.DoesNotContain(_cli.Opened[^1].Paths, parts.Contains);
        foreach (var words in (string[][])[["run", "x", "--model", "big"], ["tokenize", "x", "--model", "big"], ["inspect", "big"], ["bench", "BIG", "--rounds", "1"], ["inspect", parts[1]]])
        {
            Assert.Equal(0, await _cli.RunAsync(words));
            Assert.Equal(parts, _cli.Opened[^1].Paths);
        }

        Assert.Equal(3, await _cli.RunAsync("run", "x", "--model", "bug"));
        Assert.Contains("There is no model 'bug'.\n  expected: perhaps big\n", _cli.Error, StringComparison.Ordinal);
        File.Delete(parts[0]);
        Assert.Equal(3, await _cli.RunAsync("run", "x", "--model", "big"));
        Assert.Contains($"is not there any more, or may not be read: {parts[0]}", _cli.Error, StringComparison.Ordinal);
        File.WriteAllText(parts[0], "another");
        Assert.Equal(3, await _cli.RunAsync("run", "x", "--model", "big"));
        Assert.Contains("has 7 bytes and had 3", _cli.Error, StringComparison.Ordinal);
        File.WriteAllText(parts[0], "eno");
        File.SetLastWriteTimeUtc(parts[0], new(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal(0, await _cli.RunAsync("run", "x", "--model", "big"));
        Assert.Contains("was written to since it was imported", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Defaults_of_a_model_hold_unless_an_option_or_a_variable_says_otherwise()
    {
        await _cli.RunAsync("models", "import", _cli.File("m.gguf", "weights"));
        _cli.File(".config/hearth/config.json", "{\"temperature\": 0.1, \"top-k\": 3}");
        Assert.Equal(0, await _cli.RunAsync("models", "set", "m", "temperature=0.2", "system=Be kind.", "stop=a", "stop=b", "context=512"));
        Assert.Equal("m\n  system = Be kind.\n  context = 512\n  temperature = 0.2\n  stop = a | b\n", _cli.Output);

        var request = await RequestAsync("run", "x", "--model", "m");
        Assert.Equal((0.2f, 3, 512), (request.Sampling.Temperature, request.Sampling.TopK, _cli.Model.LoadedWith!.ContextLength));
        Assert.Equal(["a", "b"], request.Stop);
        Assert.Equal("Be kind.", Assert.IsType<ChatPrompt>(request.Prompt).Messages[0].Content);
        Assert.Equal(0.3f, (await RequestAsync("run", "x", "--model", "m", "--temperature", "0.3")).Sampling.Temperature);
        _cli.Environment["HEARTH_TEMPERATURE"] = "0.4";
        Assert.Equal(0.4f, (await RequestAsync("run", "x", "--model", "m")).Sampling.Temperature);
        _cli.Environment.Remove("HEARTH_TEMPERATURE");
        Assert.Equal(0.1f, (await RequestAsync("run", "x")).Sampling.Temperature);
        Assert.Equal(0, await _cli.RunAsync(Encoding.UTF8.GetBytes("Hi\n"), ["chat", "--model", "m"]));
        Assert.Equal("Be kind.", Assert.IsType<ChatPrompt>(_cli.Model.Requests[^1].Prompt).Messages[0].Content);
        Assert.Equal(0, await _cli.RunAsync("models", "set", "m", "temperature=", "system="));
        Assert.Equal(0.1f, (await RequestAsync("run", "x", "--model", "m")).Sampling.Temperature);
        Assert.Equal(0, await _cli.RunAsync("models", "set", "smollm2", "temperature=0.9"));
        Assert.Equal(0.9f, (await RequestAsync("run", "x")).Sampling.Temperature);
    }

    [Theory]
    [InlineData("temperature=hot", "temperature has the value 'hot'")]
    [InlineData("temprature=1", "There is no setting temprature of a model")]
    [InlineData("threads=1", "There is no setting threads of a model")]
    [InlineData("temperature", "'temperature' sets nothing")]
    [InlineData("licence=no", "There is no setting licence")]
    public async Task What_cannot_be_set_is_a_usage_error(string word, string found)
    {
        Assert.Equal(2, await _cli.RunAsync("models", "set", "SmolLM2-135M-Instruct", word));
        Assert.Contains(found, _cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "models", "lst")]
    [InlineData(2, "models", "show")]
    [InlineData(2, "models", "remove")]
    [InlineData(2, "models", "set", "x")]
    [InlineData(2, "models", "import", "--from", "elsewhere")]
    [InlineData(2, "models", "import", "m.gguf", "--name", "a b")]
    [InlineData(3, "models", "show", "x")]
    [InlineData(3, "models", "remove", "SmolLM2-135M-Instruct")]
    [InlineData(3, "models", "import", "/nowhere/m.gguf")]
    [InlineData(0, "models")]
    [InlineData(0, "models", "--help")]
    public async Task Wrong_words_have_their_exit_codes(int code, params string[] words)
    {
        _cli.File("m.gguf", "x");
        words = Array.ConvertAll(words, word => word == "m.gguf" ? _cli.PathOf(word) : word);
        Assert.Equal(code, await _cli.RunAsync(words));
        Assert.Equal(code == 0, _cli.Error.Length == 0);
        if (code == 0)
            Golden.Matches(_cli.Output, "models.txt");
    }

    [Fact]
    public async Task A_licence_is_asked_about_once_at_a_terminal()
    {
        Ollama().Add($"{Usual}/m/x", [1], ("license", string.Join('\n', Enumerable.Range(1, 40).Select(i => $"clause {i}\u001b[2J"))));
        await _cli.RunAsync("models", "import", "--from", "ollama");
        (_cli.Terminals, _cli.InputIsTerminal) = (true, true);
        Assert.Equal(1, await _cli.RunAsync("n\n"u8.ToArray(), ["run", "x", "--model", "m:x"]));
        Assert.Contains("The licence of m:x was not accepted", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("clause 24\n", _cli.Error.Replace("[2J", ""), StringComparison.Ordinal);
        Assert.Contains("… 16 more lines: hearth models show m:x --licence", _cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b[2J", _cli.Error, StringComparison.Ordinal);
        Assert.Empty(_cli.Model.Requests);
        Assert.Equal(0, await _cli.RunAsync("y\n"u8.ToArray(), ["run", "x", "--model", "m:x"]));
        Assert.Equal(0, await _cli.RunAsync("run", "x", "--model", "m:x"));
        Assert.DoesNotContain("licence", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(2, _cli.Model.Requests.Count);
    }

    [Fact]
    public async Task Where_nobody_can_answer_a_licence_is_one_line_until_it_is_accepted()
    {
        Ollama().Add($"{Usual}/m/x", [1], ("license", "\n\nTHE LICENCE\nmore"));
        await _cli.RunAsync("models", "import", "--from", "ollama");
        Assert.Equal(0, await _cli.RunAsync("run", "x", "--model", "m:x", "--json"));
        Assert.Equal("m:x comes under a licence: THE LICENCE. 'hearth models show m:x --licence' prints it, 'hearth models set m:x licence=accepted' accepts it.\n", _cli.Error);
        Assert.Equal(0, await _cli.RunAsync("run", "x", "--model", "m:x", "--quiet"));
        Assert.Empty(_cli.Error);
        Assert.Equal(0, await _cli.RunAsync("models", "set", "m:x", "licence=accepted"));
        Assert.Equal(0, await _cli.RunAsync("run", "x", "--model", "m:x"));
        Assert.Empty(_cli.Error);
    }

    [Fact]
    public async Task A_list_that_cannot_be_read_is_said_and_a_path_works_all_the_same()
    {
        var list = _cli.File(".local/share/hearth/models/catalogue.json", "{");
        Assert.Equal(3, await _cli.RunAsync("models", "list"));
        Assert.Contains($"The list of models {list} is not as it was written (line 1).", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(0, await _cli.RunAsync("run", "x", "--model", _cli.File("m.gguf", "x")));
    }

    async Task<GenerationRequest> RequestAsync(params string[] words)
    {
        Assert.Equal(0, await _cli.RunAsync(words));
        return _cli.Model.Requests[^1];
    }

    OllamaLayout Ollama() => new(_cli.PathOf(".ollama/models"));

    string Plain(string text) => text.Replace(_cli.PathOf(""), "HOME");
}
