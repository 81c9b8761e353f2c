using Hearth.Models;
using Hearth.Models.Import;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Models.Support;

namespace Hearth.Tests.Models.Import;

/// <summary>Ollama's library: what is taken of it, and what a hostile or half-written one can do.</summary>
public sealed class OllamaLibraryTests : IDisposable
{
    const string Usual = "registry.ollama.ai/library";

    readonly TemporaryFolder _folder = new();
    readonly OllamaLayout _layout;

    public OllamaLibraryTests() => _layout = new(Path.Combine(_folder.Path, ".ollama", "models"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Names_are_those_that_ollama_shows()
    {
        _layout.Add($"{Usual}/llama3.2/1b", [1]).Add("registry.ollama.ai/someone/thing/latest", [2]).Add("hf.co/owner/Model-GGUF/Q4_K_M", [3]);
        Assert.Equal(["hf.co/owner/Model-GGUF:Q4_K_M", "llama3.2:1b", "someone/thing:latest"], Find().Select(model => model.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Weights_system_parameters_and_licences_are_taken()
    {
        _layout.Add($"{Usual}/llama3.2/1b", [1, 2, 3], ("template", "{{ .Prompt }}"), ("system", "You are\r\nkind.\n"), ("license", "First licence\n"), ("license", "Second"),
            ("params", """{"temperature": 0.6, "top_k": 20, "repeat_penalty": 1.1, "repeat_last_n": -1, "num_ctx": 4096, "num_predict": -1, "stop": ["<a>", "<b>"], "num_gpu": 1, "mirostat": 2}"""));
        var model = Assert.Single(Find());
        Assert.Null(model.Problem);
        Assert.Equal("First licence\n\nSecond", model.Licence);
        Assert.Equal(
            ["context=4096", "penalty-window=-1", "repetition-penalty=1.1", "stop=<a>|<b>", "system=You are\nkind.", "temperature=0.6", "top-k=20"],
            model.Defaults.Select(pair => $"{pair.Key}={string.Join('|', pair.Value)}").Order(StringComparer.Ordinal));
        Assert.Equal(["Parameters without a counterpart here: num_gpu, mirostat."], model.Notes);
        var file = Assert.Single(model.Files);
        Assert.Equal((3L, _layout.Blob(file.Sha256!)), (file.Bytes, file.Path));
    }

    [Fact]
    public void Several_files_of_weights_stay_in_order_and_a_projector_is_said_to_be_unused()
    {
        _layout.Add($"{Usual}/a/b", [1], ("model", "second"), ("projector", "p"), ("messages", "[]"));
        var model = Assert.Single(Find());
        Assert.Equal([1L, 6], model.Files.Select(file => file.Bytes));
        Assert.Equal(2, model.Notes.Count);
    }

    [Fact]
    public void Blobs_of_early_versions_have_a_colon_in_their_names()
    {
        _layout.Add($"{Usual}/a/b", [1, 2], ("system", " \n"), ("license", "L"));
        foreach (var blob in Directory.GetFiles(Path.Combine(_layout.Folder, "blobs")))
            File.Move(blob, blob.Replace("sha256-", "sha256:", StringComparison.Ordinal));
        var model = Assert.Single(Find());
        Assert.Equal((null, 2L, "L"), (model.Problem, model.Bytes, model.Licence));
        Assert.Empty(model.Defaults);
    }

    [Fact]
    public void Weights_of_another_format_are_not_imported()
    {
        _layout.Add($"{Usual}/a/b", null, ("tensor", "x"));
        Assert.Contains("no GGUF file", Assert.Single(Find()).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Adapters_belong_to_the_model_and_one_that_is_not_whole_is_a_problem()
    {
        _layout.Add($"{Usual}/a/b", [1], ("adapter", "first"), ("system", "kind"), ("adapter", "second one"));
        var model = Assert.Single(Find());
        Assert.Null(model.Problem);
        Assert.Equal([1L], model.Files.Select(file => file.Bytes));
        Assert.Equal([5L, 10], model.Adapters.Select(file => file.Bytes));
        Assert.Equal(16, model.Bytes);
        Assert.All(model.Adapters, file => Assert.Equal(_layout.Blob(file.Sha256!), file.Path));
        Assert.Empty(model.Notes);
        File.WriteAllText(model.Adapters[1].Path, "half");
        Assert.Contains("has 4 of 10 bytes", Assert.Single(Find()).Problem, StringComparison.Ordinal);
        File.Delete(model.Adapters[1].Path);
        Assert.Contains("is not there", Assert.Single(Find()).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is not there, or empty")]
    [InlineData("{", "not JSON of the right form (line 1)")]
    [InlineData("[]", "not JSON of the right form")]
    [InlineData("null", "0 layers")]
    [InlineData("{}", "0 layers")]
    [InlineData("""{"layers":[null]}""", "lacks its type")]
    [InlineData("""{"layers":[{"mediaType":"application/vnd.ollama.image.model","size":-1,"digest":"sha256:aa"}]}""", "lacks its type, size")]
    [InlineData("""{"layers":[{"mediaType":"application/vnd.ollama.image.model","size":1,"digest":"sha256:../../../../etc/passwd"}]}""", "not sha256: and 64")]
    [InlineData("""{"layers":[{"mediaType":"application/vnd.ollama.image.model","size":1,"digest":"sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}]}""", "not sha256: and 64")]
    [InlineData("""{"layers":[{"mediaType":"application/vnd.ollama.image.model","size":1,"digest":"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}]}""", "is not there")]
    public void A_manifest_that_is_none_is_a_problem_of_that_model_alone(string json, string problem)
    {
        _layout.Raw($"{Usual}/bad/one", json).Add($"{Usual}/good/one", [1]);
        var models = Find();
        Assert.Contains(problem, models.Single(model => model.Name == "bad:one").Problem, StringComparison.Ordinal);
        Assert.Null(models.Single(model => model.Name == "good:one").Problem);
    }

    [Fact]
    public void Huge_deep_and_endless_manifests_are_refused_by_their_size()
    {
        _layout.Raw($"{Usual}/huge/one", new string('[', 300 << 10)).Raw($"{Usual}/deep/one", $"{{\"layers\":{new string('[', 1000)}").Raw($"{Usual}/many/one", $"{{\"layers\":[{string.Join(',', Enumerable.Repeat("null", 1000))}]}}");
        File.CreateSymbolicLink(Path.Combine(_layout.Folder, "manifests", Usual, "huge", "device"), "/dev/zero");
        var problems = Find().ToDictionary(model => model.Name, model => model.Problem!);
        Assert.Contains("the most that is read", problems["huge:one"], StringComparison.Ordinal);
        Assert.Contains("not JSON", problems["deep:one"], StringComparison.Ordinal);
        Assert.Contains("1000 layers", problems["many:one"], StringComparison.Ordinal);
        Assert.Contains("is not there, or empty", problems["huge:device"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_download_that_did_not_end_and_a_damaged_text_are_said()
    {
        _layout.Add($"{Usual}/a/b", [1, 2, 3], ("system", "kind"));
        var weights = Assert.Single(Find()).Files[0].Path;
        File.WriteAllBytes(weights, [1]);
        Assert.Contains("has 1 of 3 bytes", Assert.Single(Find()).Problem, StringComparison.Ordinal);
        File.WriteAllBytes(weights, [1, 2, 3]);
        var system = Directory.GetFiles(Path.Combine(_layout.Folder, "blobs")).Single(path => File.ReadAllText(path) == "kind");
        File.WriteAllText(system, "evil");
        Assert.Contains("is damaged", Assert.Single(Find()).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[1]""")]
    [InlineData("""{"temperature": {}}""")]
    [InlineData("""{"stop": [1]}""")]
    [InlineData("""{"stop": []}""")]
    [InlineData("""{"stop": [null]}""")]
    [InlineData("nonsense")]
    public void Parameters_of_another_form_are_a_problem(string json)
    {
        _layout.Add($"{Usual}/a/b", [1], ("params", json));
        Assert.Contains("no JSON object of numbers", Assert.Single(Find()).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_could_control_a_terminal_is_not_imported_and_becomes_no_name()
    {
        _layout.Add($"{Usual}/a\u001b[31m/b", [1]);
        var model = Assert.Single(Find());
        Assert.Contains("other characters", model.Problem, StringComparison.Ordinal);
        Assert.True(ModelName.IsValid(model.Name));
    }

    [Fact]
    public void Links_in_a_circle_end_and_stray_files_are_passed_over()
    {
        _layout.Add($"{Usual}/a/b", [1]);
        var manifests = Path.Combine(_layout.Folder, "manifests");
        Directory.CreateSymbolicLink(Path.Combine(manifests, "loop"), manifests);
        Directory.CreateSymbolicLink(Path.Combine(manifests, "x"), Path.Combine(manifests, "y"));
        Directory.CreateSymbolicLink(Path.Combine(manifests, "y"), Path.Combine(manifests, "x"));
        File.WriteAllText(Path.Combine(manifests, "stray"), "");
        File.WriteAllText(Path.Combine(manifests, Usual, ".DS_Store"), "");
        Assert.Equal("a:b", Assert.Single(Find()).Name);
    }

    [Fact]
    public void The_folder_of_the_variable_comes_before_the_user_s()
    {
        _layout.Add($"{Usual}/a/b", [1]);
        new OllamaLayout(Path.Combine(_folder.Path, "elsewhere")).Add($"{Usual}/a/b", [1, 2]).Add($"{Usual}/c/d", [3]);
        var findings = ModelFinder.Find(ModelSource.Ollama, new(name => name switch { "HOME" => _folder.Path, "OLLAMA_MODELS" => Path.Combine(_folder.Path, "elsewhere"), _ => null }));
        Assert.Equal(["a:b", "c:d"], findings.Models.Select(model => model.Name).Order());
        Assert.Equal(2, findings.Models.First(model => model.Name == "a:b").Bytes);
    }

    IReadOnlyList<FoundModel> Find() => ModelFinder.Find(ModelSource.Ollama, new(name => name == "HOME" ? _folder.Path : null)).Models;
}
