using System.Net;
using System.Text.Json;
using Hearth.Models;
using Hearth.Models.Import;
using Hearth.Storage.Access;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Server.Support;
using Hearth.Tests.Support;
using Hearth.Tests.Workers.Support;

namespace Hearth.Tests.Server.Ollama;

/// <summary>The addresses about models: "tiny", "other" and "tools" are built in, "mine" was imported, with settings of its own.</summary>
public sealed class ModelTests : IAsyncLifetime
{
    static readonly ModelFacts Facts = new("llama", 134_515_008, "Q4_1", 8192, true);

    TestServer _server = null!;
    ModelStore _store = null!;
    ModelEntry _mine = null!;
    string _admin = "";
    Func<ModelEntry, bool> _isUsable = _ => true;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync(options => options with
        {
            Models = _store = new(options.Models.Folder, [.. options.Models.List().Select(m => m with { Source = ModelSource.BuiltIn })]),
            ModelSettings = model => _isUsable(model) ? options.ModelSettings(model) : throw new InvalidOperationException("A setting is out of range."),
        });
        _admin = await _server.AddKeyAsync("alice", KeyScopes.Admin);
        var file = Path.Combine(Path.GetDirectoryName(_store.Folder)!, "mine.gguf");
        await File.WriteAllTextAsync(file, "weights", Stop);
        var found = ModelFinder.FromFile(file, "mine") with { Licence = "MIT", Defaults = new Dictionary<string, IReadOnlyList<string>> { ["temperature"] = ["0.5"], ["stop"] = ["a\"b", "c"], ["system"] = ["canary-31c7"] } };
        _mine = await new ModelImporter(_store).ImportAsync(found, Facts, copy: false, null, Stop);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Anybody_may_ask_whether_it_runs_and_a_key_is_told_the_version()
    {
        using var running = await _server.SendAsync(HttpMethod.Get, "/", null, null);
        Assert.Equal("Ollama is running", await running.Content.ReadAsStringAsync(Stop));
        using var head = await _server.SendAsync(HttpMethod.Head, "/", null, null);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        var version = await GetAsync("/api/version");
        OllamaSchemas.Check("VersionResponse", version);
        Assert.Matches(@"^[0-9]+\.[0-9]+\.[0-9]+", version.GetProperty("version").GetString());
    }

    [Fact]
    public async Task The_list_tells_what_is_known_and_invents_nothing()
    {
        var list = await GetAsync("/api/tags");
        OllamaSchemas.Check("ListResponse", list);
        var models = list.GetProperty("models").EnumerateArray().ToDictionary(m => m.GetProperty("name").GetString()!);
        Assert.Equal(["mine", "other", "tiny", "tools"], models.Keys);
        Assert.All(models.Values, m => OllamaSchemas.Check("ModelSummary", m));
        Assert.Equal((_mine.Files[0].Sha256, 7L), (models["mine"].GetProperty("digest").GetString(), models["mine"].GetProperty("size").GetInt64()));
        Assert.Equal(_mine.Files[0].Modified, models["mine"].GetProperty("modified_at").GetDateTimeOffset());
        var details = models["mine"].GetProperty("details");
        Assert.Equal(("llama", "134.52M", "Q4_1"), (Text(details, "family"), Text(details, "parameter_size"), Text(details, "quantization_level")));
        Assert.False(models["tiny"].GetProperty("details").TryGetProperty("family", out _));
        // Once it is loaded, more is known.
        await _server.PostAsync("/api/generate", """{"model": "tiny"}""");
        var loaded = (await GetAsync("/api/tags")).GetProperty("models").EnumerateArray().Single(m => Text(m, "name") == "tiny");
        Assert.Equal("134.52M", Text(loaded.GetProperty("details"), "parameter_size"));
    }

    [Fact]
    public async Task A_key_for_one_model_sees_no_other()
    {
        var key = await _server.AddKeyAsync("alice", KeyScopes.Read | KeyScopes.Chat | KeyScopes.Admin, "mine");
        await _server.PostAsync("/api/generate", """{"model": "tiny"}""");
        Assert.Equal(["mine"], (await GetAsync("/api/tags", key)).GetProperty("models").EnumerateArray().Select(m => Text(m, "name")));
        Assert.Equal(0, (await GetAsync("/api/ps", key)).GetProperty("models").GetArrayLength());
        foreach (var (method, path, body) in ((string, string, string)[])[
            ("POST", "/api/show", """{"model": "tiny"}"""), ("POST", "/api/pull", """{"model": "tiny"}"""), ("DELETE", "/api/delete", """{"model": "tiny"}"""), ("POST", "/api/copy", """{"source": "tiny", "destination": "mine2"}"""),
            ("POST", "/api/create", """{"from": "tiny", "model": "mine2"}"""), ("POST", "/api/chat", """{"model": "tiny", "keep_alive": 0}""")])
        {
            using var refused = await _server.SendAsync(new(method), path, body, key);
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        }

        using var beyond = await _server.SendAsync(HttpMethod.Post, "/api/copy", """{"source": "mine", "destination": "tiny2"}""", key);
        Assert.Equal(HttpStatusCode.Forbidden, beyond.StatusCode);
        Assert.Equal(1, (await GetAsync("/api/ps")).GetProperty("models").GetArrayLength());
    }

    [Theory]
    [InlineData("mine:latest")]
    [InlineData("MINE")]
    public async Task A_tag_that_says_nothing_may_be_there_or_not(string name)
    {
        Assert.Equal(HttpStatusCode.OK, (await _server.PostAsync("/api/show", $$"""{"model": "{{name}}"}""")).Status);
        await ChangeAsync("POST", "/api/copy", """{"source": "mine", "destination": "yours:latest"}""");
        Assert.Equal(HttpStatusCode.OK, (await _server.PostAsync("/api/show", """{"name": "yours"}""")).Status);
        // Ollama's models come with the tag.
        await _store.CopyAsync("mine", _mine with { Name = "theirs:latest" }, Stop);
        Assert.Equal(HttpStatusCode.OK, (await _server.PostAsync("/api/show", """{"model": "theirs"}""")).Status);
    }

    [Theory]
    [InlineData("\"2h\"", 120)]
    [InlineData("null", 5)]
    public async Task Loaded_models_are_shown_with_the_time_at_which_they_are_given_up(string keepAlive, int minutes)
    {
        await _server.PostAsync("/api/generate", $$"""{"model": "tiny", "keep_alive": {{keepAlive}}}""");
        var list = await GetAsync("/api/ps");
        OllamaSchemas.Check("PsResponse", list);
        var loaded = list.GetProperty("models").EnumerateArray().Single();
        OllamaSchemas.Check("Ps", loaded);
        Assert.InRange(loaded.GetProperty("expires_at").GetDateTimeOffset() - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(minutes - 1), TimeSpan.FromMinutes(minutes));
        Assert.Equal((1000, 0L), (loaded.GetProperty("context_length").GetInt32(), loaded.GetProperty("size_vram").GetInt64()));
        Assert.True(loaded.GetProperty("size").GetInt64() > 100_000_000);
    }

    [Fact]
    public async Task What_is_shown_is_read_in_the_file_without_loading_it_and_has_no_system_message()
    {
        _server.Model.Inspected = inspection => inspection with
        {
            Metadata =
            [
                new("general.architecture", "str", "\"llama\""), new("general.name", "str", "\"a \\\"b\\\"\""), new("general.description", "str", "\"cut \"…"), new("llama.context_length", "u32", "8192"),
                new("llama.rope.freq_base", "f32", "1E+06"), new("tokenizer.ggml.add_bos_token", "bool", "true"), new("tokenizer.ggml.tokens", "[str, 3]", "[\"a\", …]"), new("odd", "f32", "NaN"),
            ],
        };
        var (status, body) = await _server.PostAsync("/api/show", """{"model": "mine", "verbose": true}""");
        Assert.Equal(HttpStatusCode.OK, status);
        OllamaSchemas.Check("ShowResponse", body);
        Assert.Equal(0, _server.Model.Loads);
        Assert.Equal(1, _server.Model.Disposals);
        Assert.Equal("{{ messages }}", Text(body, "template"));
        Assert.Equal("MIT", Text(body, "license"));
        Assert.Equal(["completion"], body.GetProperty("capabilities").EnumerateArray().Select(c => c.GetString()));
        Assert.Equal("temperature                    0.5\nstop                           \"a\\\"b\"\nstop                           \"c\"", Text(body, "parameters"));
        Assert.DoesNotContain("canary-31c7", body.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(
            """{"general.parameter_count":134515008,"general.architecture":"llama","general.name":"a \"b\"","general.description":null,"llama.context_length":8192,"llama.rope.freq_base":1E+06,"tokenizer.ggml.add_bos_token":true,"tokenizer.ggml.tokens":null,"odd":null}""",
            body.GetProperty("model_info").GetRawText());
    }

    [Theory]
    [InlineData("{{ messages }}", "completion")]
    [InlineData("{% if tools %}{{ tools }}{% endif %}", "completion tools")]
    [InlineData("{% if enable_thinking %}<think>{% endif %}", "completion thinking")]
    [InlineData("{{ tools }}{{ reasoning_effort }}", "completion tools thinking")]
    [InlineData(null, "completion")]
    public async Task What_a_model_can_do_is_told_by_what_its_template_takes(string? template, string capabilities)
    {
        _server.Model.Inspected = inspection => inspection with { ChatTemplate = template };
        var (_, body) = await _server.PostAsync("/api/show", """{"model": "mine"}""");
        Assert.Equal(capabilities, string.Join(' ', body.GetProperty("capabilities").EnumerateArray().Select(c => c.GetString())));
    }

    [Fact]
    public async Task An_encoder_is_shown_as_one()
    {
        _server.Model.Inspected = inspection => inspection with { Metadata = [new("general.architecture", "str", "\"bert\""), new("bert.pooling_type", "u32", "1")] };
        var (_, body) = await _server.PostAsync("/api/show", """{"model": "tiny"}""");
        Assert.Equal(["embedding"], body.GetProperty("capabilities").EnumerateArray().Select(c => c.GetString()));
        Assert.Equal("bert", Text(body.GetProperty("details"), "family"));
    }

    [Theory]
    [InlineData("model")]
    [InlineData("name")]
    public async Task A_model_that_is_here_is_pulled_already(string field)
    {
        var lines = await _server.LinesAsync("/api/pull", $$"""{"{{field}}": "mine", "insecure": true}""");
        Assert.All(lines, line => OllamaSchemas.Check("StatusEvent", line));
        Assert.Equal(($"sha256:{_mine.Files[0].Sha256}", 7L), (Text(lines[0], "digest"), lines[0].GetProperty("completed").GetInt64()));
        Assert.Equal("""{"status":"success"}""", lines[^1].GetRawText());
        Assert.Equal("""{"status":"success"}""", (await _server.PostAsync("/api/pull", $$"""{"{{field}}": "mine", "stream": false}""")).Body.GetRawText());
    }

    [Fact]
    public async Task A_model_that_is_not_here_is_not_fetched_and_none_is_sent_away()
    {
        var (status, error) = await _server.PostAsync("/api/pull", """{"model": "llama3.2"}""");
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Contains("hearth models import", Text(error, "error"), StringComparison.Ordinal);
        File.Delete(_mine.Files[0].Path!);
        (status, error) = await _server.PostAsync("/api/pull", """{"model": "mine"}""");
        Assert.Equal(HttpStatusCode.InternalServerError, status);
        Assert.Contains("hearth models verify", Text(error, "error"), StringComparison.Ordinal);
        Assert.DoesNotContain("mine.gguf", Text(error, "error"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await ChangeAsync("POST", "/api/push", """{"model": "mine"}""")).Status);
    }

    [Fact]
    public async Task A_copy_shares_the_files_and_outlives_the_other()
    {
        Assert.Equal((HttpStatusCode.OK, ""), await ChangeAsync("POST", "/api/copy", """{"source": "mine", "destination": "yours"}"""));
        Assert.Equal((HttpStatusCode.OK, ""), await ChangeAsync("DELETE", "/api/delete", """{"name": "mine"}"""));
        var yours = _store.Find("yours");
        Assert.Equal((_mine.Files[0], "MIT", "0.5"), (yours.Files[0], yours.Licence, yours.Defaults["temperature"][0]));
        Assert.DoesNotContain(_store.List(), m => m.Name == "mine");
        Assert.True(File.Exists(_mine.Files[0].Path));
    }

    [Fact]
    public async Task A_model_that_is_deleted_is_given_up()
    {
        await _server.PostAsync("/api/generate", """{"model": "mine"}""");
        await ChangeAsync("DELETE", "/api/delete", """{"model": "mine"}""");
        Assert.Equal(2, _server.Model.Disposals);
        Assert.Equal(HttpStatusCode.NotFound, (await _server.PostAsync("/api/generate", """{"model": "mine"}""")).Status);
    }

    [Fact]
    public async Task A_model_that_was_changed_is_loaded_anew_with_the_next_request()
    {
        await _server.PostAsync("/api/generate", """{"model": "mine"}""");
        await _store.ChangeAsync("mine", model => model with { LicenceAccepted = true }, Stop);
        await _server.PostAsync("/api/generate", """{"model": "mine"}""");
        Assert.Equal((1, 0), (_server.Model.Loads, _server.Model.Disposals));
        await _store.ChangeAsync("mine", model => model with { Defaults = new Dictionary<string, IReadOnlyList<string>> { ["temperature"] = ["0.75"] } }, Stop);
        await _server.PostAsync("/api/generate", """{"model": "mine"}""");
        Assert.Equal((2, 2), (_server.Model.Loads, _server.Model.Disposals));
        await File.WriteAllTextAsync(_mine.Files[0].Path!, "other weights", Stop);
        await new ModelImporter(_store).ImportAsync(ModelFinder.FromFile(_mine.Files[0].Path!, "mine"), Facts, copy: false, null, Stop);
        await _server.PostAsync("/api/generate", """{"model": "mine"}""");
        Assert.Equal((3, 4), (_server.Model.Loads, _server.Model.Disposals));
        Assert.Equal(1, (await GetAsync("/api/ps")).GetProperty("models").GetArrayLength());
    }

    [Fact]
    public async Task An_answer_goes_on_with_the_model_that_it_began_with()
    {
        const string question = """{"model": "mine", "stream": false, "messages": [{"role": "user", "content": "x"}]}""";
        var (first, asked, go) = (_server.Model, new TaskCompletionSource(), new TaskCompletionSource());
        first.BeforePiece = _ =>
        {
            asked.TrySetResult();
            return go.Task;
        };
        var answer = _server.PostAsync("/api/chat", question);
        await asked.Task.WaitAsync(Patience.Longest, Stop);
        await _store.ChangeAsync("mine", model => model with { Defaults = new Dictionary<string, IReadOnlyList<string>> { ["temperature"] = ["0.75"] } }, Stop);
        _server.Model = new FakeModel();
        Assert.Equal(HttpStatusCode.OK, (await _server.PostAsync("/api/chat", question)).Status);
        Assert.Equal((1, 1, 0), (_server.Model.Loads, _server.Model.Requests.Count, first.Disposals));
        go.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await answer).Status);
        await Eventually.HoldsAsync(() => first.Disposals == 2, "what was changed is given up after its last request");
        Assert.Equal(0, _server.Model.Disposals);
    }

    [Fact]
    public async Task A_model_is_made_of_one_that_is_here_with_settings_of_its_own()
    {
        const string settings = """, "system": "Be kind.", "parameters": {"temperature": 0.25, "num_ctx": 4096, "num_predict": -1}""";
        var (status, text) = await ChangeAsync("POST", "/api/create", $$"""{"model": "kind", "from": "mine"{{settings}}}""");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.EndsWith("{\"status\":\"success\"}\n", text, StringComparison.Ordinal);
        await ChangeAsync("POST", "/api/create", $$$"""{"model": "kind2", "files": {"a.gguf": "sha256:{{{_mine.Files[0].Sha256}}}"}{{{settings}}}, "stream": false}""");
        foreach (var name in (string[])["kind", "kind2"])
        {
            var made = _store.Find(name);
            Assert.Equal(_mine.Files[0], made.Files[0]);
            Assert.Equal([("context", "4096"), ("stop", "a\"b|c"), ("system", "Be kind."), ("temperature", "0.25")], made.Defaults.Select(d => (d.Key, string.Join('|', d.Value))).Order());
        }

        Assert.Equal("0.5", _store.Find("mine").Defaults["temperature"][0]);
    }

    [Theory]
    [InlineData("""{"model": "new"}""", "'from'")]
    [InlineData("""{"model": "new", "files": {"a": "sha256:0"}}""", "digest")]
    [InlineData("""{"model": "new", "files": {"a": "sha256:0000000000000000000000000000000000000000000000000000000000000000"}}""", "hearth models import")]
    [InlineData("""{"model": "new", "files": {}}""", "hearth models import")]
    [InlineData("""{"model": "new", "from": "mine", "template": "{{ .Prompt }}"}""", "'template'")]
    [InlineData("""{"model": "new", "from": "mine", "quantize": "q4_K_M"}""", "'quantize'")]
    [InlineData("""{"model": "new", "from": "mine", "adapters": {"a": "sha256:1"}}""", "'adapters'")]
    [InlineData("""{"model": "new", "from": "mine", "license": "MIT"}""", "'license'")]
    [InlineData("""{"model": "new", "from": "mine", "parameters": {"canary-77aa": 1}}""", "'parameters'")]
    [InlineData("""{"model": "new", "from": "mine", "parameters": {"temperature": {}}}""", "parameters")]
    [InlineData("""{"model": "new", "from": "mine", "parameters": {"num_ctx": 9000}}""", "8192")]
    [InlineData("""{"model": "new", "from": "mine", "parameters": {"temperature": 7777}}""", "'parameters'")]
    [InlineData("""{"model": "../new", "from": "mine"}""", "'model'")]
    [InlineData("""{"model": "other", "from": "mine"}""", "another model")]
    [InlineData("""{"model": "MINE", "from": "mine"}""", "another model")]
    [InlineData("""{"model": "new", "from": "tiny"}""", "built in")]
    public async Task What_cannot_be_made_is_refused_with_the_way_out(string body, string named)
    {
        _isUsable = model => !model.Defaults.TryGetValue("temperature", out var texts) || texts[0] != "7777";
        var (status, text) = await ChangeAsync("POST", "/api/create", body);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(named, Text(JsonElement.Parse(text), "error"), StringComparison.Ordinal);
        Assert.DoesNotContain("canary-77aa", text, StringComparison.Ordinal);
        Assert.Equal(4, _store.List().Count);
    }

    [Fact]
    public async Task What_is_built_in_is_not_deleted_and_a_beginning_of_a_name_deletes_nothing()
    {
        Assert.Equal(HttpStatusCode.BadRequest, (await ChangeAsync("DELETE", "/api/delete", """{"model": "tiny"}""")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await ChangeAsync("DELETE", "/api/delete", """{"model": "min"}""")).Status);
        Assert.Equal(4, _store.List().Count);
    }

    [Fact]
    public async Task A_file_that_is_here_is_known_by_its_digest_and_none_is_taken()
    {
        var (here, absent) = ($"sha256:{_mine.Files[0].Sha256}", $"sha256:{new string('0', 64)}");
        foreach (var (method, digest, status) in ((string, string, int)[])[
            ("HEAD", here, 200), ("HEAD", absent, 404), ("HEAD", "sha256:..%2f..%2fetc", 400), ("POST", here, 200), ("POST", absent, 400), ("POST", $"sha256:{new string('A', 64)}", 400)])
        {
            using var response = await _server.SendAsync(new(method), $"/api/blobs/{digest}", method == "POST" ? "bytes" : null, method == "POST" ? _admin : _server.Key);
            Assert.Equal(status, (int)response.StatusCode);
        }

        Assert.False(Directory.Exists(Path.Combine(_store.Folder, "blobs")));
    }

    static string Text(JsonElement json, string member) => json.GetProperty(member).GetString()!;

    async Task<JsonElement> GetAsync(string path, string? key = null)
    {
        using var response = await _server.SendAsync(HttpMethod.Get, path, null, key ?? _server.Key);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonElement.Parse(await response.Content.ReadAsStringAsync(Stop));
    }

    async Task<(HttpStatusCode Status, string Text)> ChangeAsync(string method, string path, string body)
    {
        using var response = await _server.SendAsync(new(method), path, body, _admin);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Stop));
    }
}
