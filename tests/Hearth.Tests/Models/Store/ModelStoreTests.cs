using System.Security.Cryptography;
using Hearth.Models;
using Hearth.Models.Import;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Models.Store;

/// <summary>Names, imports, removal and verification.</summary>
public sealed class ModelStoreTests : IDisposable
{
    static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    static readonly ModelFacts Facts = new("llama", 1, "F32", 1, true);

    readonly TemporaryFolder _folder = new();

    ModelStore Store => new(Path.Combine(_folder.Path, "store"), []);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("llama3.2:1b", "llama3.2:1b")]
    [InlineData("LLAMA3.2:1B", "llama3.2:1b")]
    [InlineData("mistral", "mistral:latest")]
    [InlineData("qw", "qwen3:0.6b")]
    public async Task A_model_is_found_by_name_tag_or_unique_beginning(string typed, string found)
    {
        await ImportNamesAsync();
        Assert.Equal(found, Store.Find(typed).Name);
    }

    [Theory]
    [InlineData("llama", "2 models begin with 'llama': llama3.2:1b, llama3.2:3b", "a beginning that only one has")]
    [InlineData("lama3.2:1b", "There is no model 'lama3.2:1b'", "perhaps llama3.2:1b or llama3.2:3b")]
    [InlineData("0.6b", "There is no model '0.6b'", "perhaps qwen3:0.6b")]
    [InlineData("zzzzzzzz", "There is no model 'zzzzzzzz'", "one of llama3.2:1b, llama3.2:3b, mistral:7b, mistral:latest, qwen3:0.6b")]
    public async Task What_is_not_found_is_answered_with_names_near_it(string typed, string message, string expected)
    {
        await ImportNamesAsync();
        var failure = Assert.Throws<ModelStoreException>(() => Store.Find(typed));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        Assert.Contains(expected, failure.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_import_in_place_copies_nothing_and_removal_deletes_nothing()
    {
        var file = Write("a.gguf", "weights");
        var entry = await ImportAsync(file);
        Assert.Equal((file, Sha("weights"), "a"), (entry.Files[0].Path, entry.Files[0].Sha256, entry.Name));
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, "store", "blobs")));
        var (_, deleted) = await Store.RemoveAsync("a", Token);
        Assert.Empty(deleted);
        Assert.Equal("weights", File.ReadAllText(file));
        Assert.Empty(Store.List());
    }

    [Fact]
    public async Task A_copy_lies_under_its_digest_and_is_deleted_when_the_last_model_with_it_goes()
    {
        var file = Write("a.gguf", "weights");
        var entry = await ImportAsync(file, copy: true);
        await ImportAsync(file, copy: true, name: "b");
        var copy = Store.PathOf(entry.Files[0]);
        Assert.EndsWith($"/store/blobs/sha256-{Sha("weights")}", copy, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(copy).UnixFileMode);
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(copy)!));
        Assert.Empty((await Store.RemoveAsync("a", Token)).Deleted);
        Assert.True(File.Exists(copy));
        Assert.Equal([copy], (await Store.RemoveAsync("b", Token)).Deleted);
        Assert.False(File.Exists(copy));
        Assert.True(File.Exists(file));
    }

    /// <summary>As a crash between the two: a list with files that are gone would be worse than files that are on no list.</summary>
    [Fact]
    public async Task A_copy_is_deleted_once_the_list_is_written_and_not_before()
    {
        var entry = await ImportAsync(Write("a.gguf", "weights"), copy: true);
        var inTheWay = Directory.CreateDirectory(Path.Combine(_folder.Path, "store", "catalogue.json.part"));
        await Assert.ThrowsAsync<ModelStoreException>(() => Store.RemoveAsync("a", Token));
        Assert.Equal("weights", File.ReadAllText(Store.PathOf(entry.Files[0])));
        inTheWay.Delete();
        Assert.Equal(ModelVerdict.Verified, (await VerifyAsync(Store.Find("a"))).Verdict);
    }

    [Fact]
    public async Task What_a_crash_left_is_deleted_with_the_next_removal_and_what_others_use_or_write_is_not()
    {
        var entry = await ImportAsync(Write("a.gguf", "weights"), copy: true);
        await ImportAsync(Write("b.gguf", "others"));
        var left = Write($"store/blobs/sha256-{Sha("left")}", "left");
        var underWay = Write("store/blobs/0123.part", "an import that is still writing");
        Assert.Equal([left], (await Store.RemoveAsync("b", Token)).Deleted);
        Assert.Equal([underWay, Store.PathOf(entry.Files[0])], Directory.GetFiles(Path.GetDirectoryName(left)!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_file_that_is_not_what_its_source_says_is_not_copied()
    {
        var file = Write("a.gguf", "weights");
        var found = ModelFinder.FromFile(file, null);
        found = found with { Files = [found.Files[0] with { Sha256 = Sha("others") }] };
        var failure = await Assert.ThrowsAsync<ModelStoreException>(() => new ModelImporter(Store).ImportAsync(found, Facts, true, null, Token));
        Assert.Contains("according to its source", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder.Path, "store", "blobs")));
        Assert.Empty(Store.List());
    }

    [Fact]
    public async Task Another_import_of_the_same_model_keeps_what_the_user_set()
    {
        var file = Write("a.gguf", "weights");
        await ImportAsync(file);
        await Store.ChangeAsync("a", model => model with { LicenceAccepted = true, Defaults = new Dictionary<string, IReadOnlyList<string>> { ["seed"] = ["7"] } }, Token);
        File.WriteAllText(file, "newer weights");
        var entry = await ImportAsync(file);
        Assert.Equal((Sha("newer weights"), "7", true), (entry.Files[0].Sha256, entry.Defaults["seed"][0], entry.LicenceAccepted));
        Assert.Single(Store.List());
    }

    [Fact]
    public async Task A_name_that_another_model_has_is_refused_and_a_moved_file_is_recognised()
    {
        var file = Write("one/a.gguf", "weights");
        await ImportAsync(file);
        var failure = await Assert.ThrowsAsync<ModelStoreException>(() => ImportAsync(Write("two/a.gguf", "others")));
        Assert.Contains("--name", failure.Remedy, StringComparison.Ordinal);
        var moved = Path.Combine(_folder.Path, "three.gguf");
        File.Move(file, moved);
        var entry = await ImportAsync(moved, name: "a");
        Assert.Equal(moved, entry.Files[0].Path);
        Assert.Single(Store.List());
    }

    [Fact]
    public async Task Verification_tells_gone_longer_changed_and_touched_apart()
    {
        var file = Write("a.gguf", "weights");
        var entry = await ImportAsync(file);
        Assert.Equal(ModelVerdict.Verified, (await VerifyAsync(entry)).Verdict);

        File.SetLastWriteTimeUtc(file, new(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal(ModelVerdict.Touched, ModelVerification.Glance(Store, entry).Verdict);
        Assert.Equal(ModelVerdict.Verified, (await VerifyAsync(entry)).Verdict);
        Assert.Equal(ModelVerdict.Verified, ModelVerification.Glance(Store, Store.Find("a")).Verdict);

        File.WriteAllText(file, "weighty");
        var changed = await VerifyAsync(Store.Find("a"));
        Assert.Equal((ModelVerdict.Changed, file), (changed.Verdict, changed.File));
        Assert.Contains(Sha("weighty"), changed.Explanation, StringComparison.Ordinal);
        Assert.Contains("hearth models import FILE --name a", changed.Remedy, StringComparison.Ordinal);

        File.WriteAllText(file, "longer weights");
        Assert.Equal(ModelVerdict.Resized, (await VerifyAsync(entry)).Verdict);
        File.Delete(file);
        Assert.Equal(ModelVerdict.Missing, (await VerifyAsync(entry)).Verdict);
    }

    [Fact]
    public async Task Adapters_are_recorded_copied_verified_and_removed_like_the_model_s_own_files()
    {
        var (model, adapter) = (Write("m.gguf", "weights"), Write("a.gguf", "changes"));
        var found = ModelFinder.FromFile(model, null) with { Adapters = [new(adapter, 7, null)] };
        var entry = await new ModelImporter(Store).ImportAsync(found, Facts, false, null, Token);
        Assert.Equal((adapter, Sha("changes"), 14), (Assert.Single(entry.Adapters!).Path, entry.Adapters![0].Sha256, entry.Bytes));
        File.SetLastWriteTimeUtc(adapter, new(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal((ModelVerdict.Touched, adapter), (ModelVerification.Glance(Store, entry).Verdict, ModelVerification.Glance(Store, entry).File));
        Assert.Equal(ModelVerdict.Verified, (await VerifyAsync(entry)).Verdict);
        Assert.Equal(ModelVerdict.Verified, ModelVerification.Glance(Store, Store.Find("m")).Verdict);
        File.WriteAllText(adapter, "CHANGES");
        Assert.Equal((ModelVerdict.Changed, adapter), ((await VerifyAsync(Store.Find("m"))).Verdict, (await VerifyAsync(Store.Find("m"))).File));

        var copied = await new ModelImporter(Store).ImportAsync(found with { Name = "copied", LongName = "copied", Origin = "copied" }, Facts, true, null, Token);
        var copies = copied.AllFiles.Select(Store.PathOf).ToList();
        Assert.Equal(["weights", "CHANGES"], copies.Select(File.ReadAllText));
        await new ModelImporter(Store).ImportAsync(found with { Name = "second", LongName = "second", Origin = "second" }, Facts, true, null, Token);
        Assert.Empty((await Store.RemoveAsync("second", Token)).Deleted);
        Assert.Equal(copies.Order(StringComparer.Ordinal), (await Store.RemoveAsync("copied", Token)).Deleted);
        File.Delete(adapter);
        Assert.Equal((ModelVerdict.Missing, adapter), (ModelVerification.Glance(Store, entry).Verdict, ModelVerification.Glance(Store, entry).File));
    }

    [Fact]
    public async Task A_file_that_is_written_to_while_it_is_verified_is_asked_about_again()
    {
        var file = Write("a.gguf", "weights");
        var entry = await ImportAsync(file);
        var touched = new AtOnce(() => File.SetLastWriteTimeUtc(file, new(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc)));
        Assert.Equal(ModelVerdict.Verified, (await ModelVerification.VerifyAsync(Store, entry, touched, Token)).Verdict);
        Assert.Equal(ModelVerdict.Touched, ModelVerification.Glance(Store, Store.Find("a")).Verdict);
    }

    [Fact]
    public async Task A_built_in_model_is_listed_with_defaults_of_the_user_and_cannot_be_removed()
    {
        Write("ship/Tiny/tiny.gguf", "weights");
        Write("ship/Tiny/SHA256SUMS", $"{Sha("weights")}  tiny.gguf\n");
        Write("ship/empty/LICENSE", "no model here");
        var store = new ModelStore(Path.Combine(_folder.Path, "store"), BuiltInModels.In(Path.Combine(_folder.Path, "ship")));
        await store.ChangeAsync("tiny", model => model with { Defaults = new Dictionary<string, IReadOnlyList<string>> { ["seed"] = ["7"] } }, Token);
        var entry = Assert.Single(store.List());
        Assert.Equal(("Tiny", ModelSource.BuiltIn, "7", 1), (entry.Name, entry.Source, entry.Defaults["seed"][0], entry.Files.Count));
        Assert.Equal(ModelVerdict.Verified, (await ModelVerification.VerifyAsync(store, entry, null, Token)).Verdict);
        await Assert.ThrowsAsync<ModelStoreException>(() => store.RemoveAsync("Tiny", Token));
        Assert.Empty(BuiltInModels.In("/nowhere"));
    }

    async Task ImportNamesAsync()
    {
        var file = Write("x.gguf", "weights");
        foreach (var name in (string[])["llama3.2:1b", "llama3.2:3b", "mistral:latest", "mistral:7b", "qwen3:0.6b"])
            await ImportAsync(file, name: name);
    }

    Task<ModelEntry> ImportAsync(string file, bool copy = false, string? name = null)
        => new ModelImporter(Store).ImportAsync(ModelFinder.FromFile(file, name), Facts, copy, null, Token);

    Task<ModelState> VerifyAsync(ModelEntry entry) => ModelVerification.VerifyAsync(Store, entry, null, Token);

    string Write(string name, string text)
    {
        var path = Path.Combine(_folder.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    static string Sha(string text) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
}
