using Hearth.Models;
using Hearth.Models.Store;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Models.Store;

/// <summary>The list on disk: its frozen form, what is refused, and that nothing is ever lost.</summary>
public sealed class CatalogueFileTests : IDisposable
{
    static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    static readonly string Digest = new('a', 64);

    readonly TemporaryFolder _folder = new();

    string File => Path.Combine(_folder.Path, "models", "catalogue.json");

    CatalogueFile Catalogue => new(Path.Combine(_folder.Path, "models"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_form_on_disk_is_frozen_and_belongs_to_its_owner_alone()
    {
        var model = Model("llama3.2:1b") with
        {
            Source = ModelSource.LmStudio,
            Facts = new("llama", 1_235_814_432, "Q8_0", 131_072, true),
            Licence = "Text\nof it",
            LicenceAccepted = true,
            Defaults = new Dictionary<string, IReadOnlyList<string>> { ["temperature"] = ["0.6"], ["stop"] = ["a", "b"] },
        };
        var copied = Model("zwei") with { Files = [new() { Bytes = 1, Modified = DateTimeOffset.UnixEpoch, Sha256 = Digest }] };
        var adapted = Model("pirate") with { Adapters = [new() { Path = "/m/a.gguf", Bytes = 7, Modified = DateTimeOffset.UnixEpoch, Sha256 = Digest }] };
        await Catalogue.UpdateAsync(_ => [copied, model, adapted], Token);
        Golden.Matches(System.IO.File.ReadAllText(File), "catalogue.json");
        Assert.Equivalent((IReadOnlyList<ModelEntry>)[model, adapted, copied], Catalogue.Read(), strict: true);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(File).UnixFileMode);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, new DirectoryInfo(Path.GetDirectoryName(File)!).UnixFileMode);
    }

    [Fact]
    public void Every_source_keeps_its_name_on_disk()
        => Assert.Equal(
            ["built-in", "file", "ollama", "lm-studio", "hugging-face"],
            Enum.GetValues<ModelSource>().Select(source => System.Text.Json.JsonSerializer.Serialize(source).Trim('"')));

    [Fact]
    public void Without_a_file_there_is_no_model() => Assert.Empty(Catalogue.Read());

    [Theory]
    [InlineData("", "is empty, or no ordinary file")]
    [InlineData("{", "is not as it was written")]
    [InlineData("null", "holds nothing")]
    [InlineData("{\"format\":\"other\",\"version\":1,\"models\":[]}", "is no list of models")]
    [InlineData("{\"format\":\"hearth-models\",\"version\":2,\"models\":[]}", "has version 2")]
    [InlineData("{\"format\":\"hearth-models\",\"version\":1,\"models\":[],\"future\":1}", "is not as it was written")]
    [InlineData("{\"format\":\"hearth-models\",\"version\":1,\"version\":1,\"models\":[]}", "is not as it was written")]
    [InlineData("{\"format\":\"hearth-models\",\"version\":1,\"models\":[null]}", "has an empty entry")]
    [InlineData("{\"format\":\"hearth-models\",\"version\":1}", "is not as it was written")]
    public async Task What_is_no_catalogue_is_explained_and_never_written_over(string content, string found)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File, content);
        Assert.Contains(found, Assert.Throws<ModelStoreException>(() => Catalogue.Read()).Message, StringComparison.Ordinal);
        var failure = await Assert.ThrowsAsync<ModelStoreException>(() => Catalogue.UpdateAsync(_ => [], Token));
        Assert.Contains("Nothing was changed", failure.Remedy, StringComparison.Ordinal);
        Assert.Equal(content, System.IO.File.ReadAllText(File));
    }

    /// <summary>Opening a pipe waits for whoever writes into it.</summary>
    [Fact]
    public async Task What_is_no_ordinary_file_is_refused_and_not_waited_for()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", [File]))
            await mkfifo.WaitForExitAsync(Token);
        var failure = await Assert.ThrowsAsync<ModelStoreException>(() => Task.Run(Catalogue.Read, Token).WaitAsync(TimeSpan.FromMinutes(2), Token));
        Assert.Contains("no ordinary file", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"name\": \"llama3.2:1b\"", "\"name\": \"a\\u001b[31m\"", "whose name is not one")]
    [InlineData("\"name\": \"other\"", "\"name\": \"LLAMA3.2:1b\"", "twice")]
    [InlineData("\"source\": \"file\"", "\"source\": 7", "its source is unknown")]
    [InlineData("\"path\": \"/m/x.gguf\"", "\"path\": \"../x.gguf\"", "lacks an absolute path")]
    [InlineData("\"bytes\": 5", "\"bytes\": -5", "a size")]
    [InlineData("\"bytes\": 5", "\"bytes\": 9223372036854775807", "a size")]
    [InlineData("aaaaaaaa", "../aaaaa", "SHA-256")]
    [InlineData("\"0.6\"", "null", "a default has no value")]
    public async Task A_broken_entry_is_named(string before, string after, string found)
    {
        await Catalogue.UpdateAsync(_ => [Model("llama3.2:1b") with { Defaults = new Dictionary<string, IReadOnlyList<string>> { ["temperature"] = ["0.6"] } }, Model("other")], Token);
        var text = System.IO.File.ReadAllText(File);
        Assert.Contains(before, text, StringComparison.Ordinal);
        System.IO.File.WriteAllText(File, new System.Text.RegularExpressions.Regex(System.Text.RegularExpressions.Regex.Escape(before)).Replace(text, after, 1));
        Assert.Contains(found, Assert.Throws<ModelStoreException>(() => Catalogue.Read()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"path\": \"/m/a.gguf\"", "\"path\": \"a.gguf\"")]
    [InlineData("\"bytes\": 7", "\"bytes\": 0")]
    [InlineData("{\n          \"path\": \"/m/a.gguf\"", "null, {\n          \"path\": \"/m/a.gguf\"")]
    public async Task An_adapter_that_is_broken_on_disk_is_a_broken_entry(string before, string after)
    {
        await Catalogue.UpdateAsync(_ => [Model("a") with { Adapters = [new() { Path = "/m/a.gguf", Bytes = 7, Modified = DateTimeOffset.UnixEpoch, Sha256 = Digest }] }], Token);
        var text = System.IO.File.ReadAllText(File);
        Assert.Contains(before, text, StringComparison.Ordinal);
        System.IO.File.WriteAllText(File, text.Replace(before, after, StringComparison.Ordinal));
        Assert.Contains("a file of it lacks an absolute path", Assert.Throws<ModelStoreException>(() => Catalogue.Read()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changes_of_many_at_once_are_all_kept()
    {
        await Task.WhenAll(Enumerable.Range(0, 24).Select(i => Task.Run(() => Catalogue.UpdateAsync(models => [.. models, Model($"m{i}")], Token), Token)));
        Assert.Equal(24, Catalogue.Read().Count);
    }

    [Fact]
    public async Task A_change_that_fails_leaves_the_list_and_a_crash_s_rest_does_no_harm()
    {
        await Catalogue.UpdateAsync(_ => [Model("a")], Token);
        await Assert.ThrowsAsync<ArithmeticException>(() => Catalogue.UpdateAsync(_ => throw new ArithmeticException(), Token));
        System.IO.File.WriteAllText($"{File}.part", "half a fi");
        await Catalogue.UpdateAsync(models => [.. models, Model("b")], Token);
        Assert.Equal(["a", "b"], Catalogue.Read().Select(model => model.Name));
        Assert.Equal(["catalogue.json", "lock"], Directory.GetFiles(Path.GetDirectoryName(File)!).Select(Path.GetFileName).Order());
    }

    static ModelEntry Model(string name) => new()
    {
        Name = name,
        Source = ModelSource.File,
        Origin = "/m/x.gguf",
        Files = [new() { Path = "/m/x.gguf", Bytes = 5, Modified = DateTimeOffset.UnixEpoch, Sha256 = Digest }],
    };
}
