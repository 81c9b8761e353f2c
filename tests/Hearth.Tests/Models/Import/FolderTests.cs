using Hearth.Models;
using Hearth.Models.Import;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Models.Support;

namespace Hearth.Tests.Models.Import;

/// <summary>The folders of LM Studio and of the Hugging Face Hub.</summary>
public sealed class FolderTests : IDisposable
{
    const string Old = "0000000000000000000000000000000000000001", New = "fffffffffffffffffffffffffffffffffffffffe";

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Models_of_lm_studio_have_the_names_of_their_files()
    {
        Write(".lmstudio/models/pub/repo-GGUF/Tiny-Q4_K_M.gguf");
        Write(".lmstudio/models/pub/repo-GGUF/mmproj-Tiny-f16.gguf");
        Write(".lmstudio/models/pub/repo-GGUF/README.md");
        Write(".lmstudio/models/other/repo/deeper/Tiny-Q4_K_M.gguf");
        Write(".cache/lm-studio/models/old/repo/old model.gguf");
        var models = Find(ModelSource.LmStudio);
        Assert.Equal(
            [("Tiny-Q4_K_M", "other/Tiny-Q4_K_M", "other/repo/deeper/Tiny-Q4_K_M.gguf"), ("Tiny-Q4_K_M", "pub/Tiny-Q4_K_M", "pub/repo-GGUF/Tiny-Q4_K_M.gguf"), ("old-model", "old/old-model", "old/repo/old model.gguf")],
            models.Select(model => (model.Name, model.LongName, model.Origin)));
        Assert.All(models, model => Assert.Null(model.Files[0].Sha256));
    }

    [Fact]
    public void Parts_are_one_model_and_a_missing_one_is_named()
    {
        Write(".lmstudio/models/pub/repo/big-00001-of-00002.gguf");
        Write(".lmstudio/models/pub/repo/big-00002-of-00002.gguf");
        Write(".lmstudio/models/pub/repo/half-00002-of-00003.gguf");
        Write(".lmstudio/models/pub/repo/half-00003-of-00003.gguf");
        var (big, half) = (Find(ModelSource.LmStudio)[0], Find(ModelSource.LmStudio)[1]);
        Assert.Equal(("big", 2), (big.Name, big.Files.Count));
        Assert.Equal("half", half.Name);
        Assert.Contains("Part 1 of 3 is not there", half.Problem, StringComparison.Ordinal);
        Assert.Contains("half-00001-of-00003.gguf", half.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_a_link_is_entered_once()
    {
        Write("disk/pub/repo/a.gguf");
        Directory.CreateDirectory(PathOf(".lmstudio"));
        Directory.CreateSymbolicLink(PathOf(".lmstudio/models"), PathOf("disk"));
        Directory.CreateSymbolicLink(PathOf("disk/pub/loop"), PathOf("disk"));
        Directory.CreateSymbolicLink(PathOf("disk/again"), PathOf("disk/pub"));
        File.CreateSymbolicLink(PathOf("disk/pub/repo/gone.gguf"), PathOf("nowhere.gguf"));
        var models = Find(ModelSource.LmStudio);
        Assert.Equal(["a", "gone"], models.Select(model => model.Name).Order());
        Assert.Contains("not there", models.Single(model => model.Name == "gone").Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_the_hub_are_those_of_the_present_commit_with_the_digest_of_their_blob()
    {
        var hub = PathOf(".cache/huggingface/hub");
        HubLayout.Add(hub, "owner/repo", Old, "m-Q8_0.gguf", [1]);
        HubLayout.Add(hub, "owner/repo", Old, "gone-since.gguf", [2]);
        HubLayout.Add(hub, "owner/repo", New, "m-Q8_0.gguf", [3, 4]);
        HubLayout.Add(hub, "owner/repo", New, "sub/part-00001-of-00002.gguf", [5]);
        HubLayout.Add(hub, "owner/repo", New, "sub/part-00002-of-00002.gguf", [6]);
        HubLayout.Add(hub, "owner/repo", New, "config.json", [7]);
        HubLayout.Present(hub, "owner/repo", New);
        Write(".cache/huggingface/hub/datasets--owner--data/snapshots/x/m.gguf");
        var models = Find(ModelSource.HuggingFace).ToDictionary(model => model.Origin);
        Assert.Equal(["owner/repo/gone-since.gguf", "owner/repo/m-Q8_0.gguf", "owner/repo/sub/part-00001-of-00002.gguf"], models.Keys.Order(StringComparer.Ordinal));
        var file = models["owner/repo/m-Q8_0.gguf"].Files[0];
        Assert.Equal((2L, "owner/m-Q8_0", 64), (file.Bytes, models["owner/repo/m-Q8_0.gguf"].LongName, file.Sha256!.Length));
        Assert.Equal(2, models["owner/repo/sub/part-00001-of-00002.gguf"].Files.Count);
        HubLayout.Present(hub, "owner/repo", Old);
        Assert.Equal(1, Find(ModelSource.HuggingFace).Single(model => model.Origin.EndsWith("m-Q8_0.gguf", StringComparison.Ordinal)).Bytes);
        HubLayout.Present(hub, "owner/repo", "../../../..");
        Assert.Equal(3, Find(ModelSource.HuggingFace).Count);
    }

    [Fact]
    public void LM_Studio_s_pointer_and_settings_are_followed()
    {
        Write("apps/lm/models/a/r/one.gguf");
        Write("disk/models/a/r/two.gguf");
        Write(".lmstudio/models/a/r/three.gguf");
        File.WriteAllText(PathOf(".lmstudio-home-pointer"), $"{PathOf("apps/lm")}\n");
        File.WriteAllText(PathOf("apps/lm/settings.json"), $$"""{"language": "en", "downloadsFolder": "{{PathOf("disk/models")}}"}""");
        Assert.Equal(["two", "one", "three"], Find(ModelSource.LmStudio).Select(model => model.Name));
        File.WriteAllText(PathOf("apps/lm/settings.json"), """{"downloadsFolder": "~/disk/models"}""");
        Assert.Equal(3, Find(ModelSource.LmStudio).Count);
        foreach (var settings in (string[])["", "{", "[]", """{"downloadsFolder": 1}""", """{"downloadsFolder": "relative"}""", """{"downloadsFolder": "\ud800"}"""])
        {
            File.WriteAllText(PathOf("apps/lm/settings.json"), settings);
            Assert.Equal(["one", "three"], Find(ModelSource.LmStudio).Select(model => model.Name));
        }

        File.WriteAllText(PathOf(".lmstudio-home-pointer"), "nowhere");
        Assert.Equal("three", Assert.Single(Find(ModelSource.LmStudio)).Name);
    }

    [Theory]
    [InlineData("imatrix_unsloth.gguf")]
    [InlineData("Tiny-imatrix.gguf")]
    [InlineData("imatrix.gguf")]
    [InlineData("mmproj.gguf")]
    [InlineData("Tiny.mmproj-f16.gguf")]
    public void What_lies_beside_a_model_is_none(string name)
    {
        Write($".lmstudio/models/pub/repo/{name}");
        Write(".lmstudio/models/pub/repo/Tiny-imatrix-Q4_K_M.gguf");
        Assert.Equal("Tiny-imatrix-Q4_K_M", Assert.Single(Find(ModelSource.LmStudio)).Name);
    }

    [Fact]
    public void Of_two_models_of_a_name_each_can_be_named()
    {
        Write(".lmstudio/models/other/repo/Tiny.gguf");
        Write(".lmstudio/models/pub/repo/Tiny.gguf");
        var models = Find(ModelSource.LmStudio);
        Assert.Equal("other/repo/Tiny.gguf", ModelFinder.Choose(models, "tiny").Origin);
        Assert.Equal("pub/repo/Tiny.gguf", ModelFinder.Choose(models, "pub/Tiny").Origin);
        Assert.Equal("pub/repo/Tiny.gguf", ModelFinder.Choose(models, "pub/repo/tiny.gguf").Origin);
        Assert.Null(ModelFinder.Named(models, "pub"));
    }

    [Theory]
    [InlineData(Old, 1)]
    [InlineData(New, 2)]
    public void Where_no_commit_is_the_present_one_the_last_one_counts(string last, long bytes)
    {
        var hub = PathOf(".cache/huggingface/hub");
        HubLayout.Add(hub, "owner/repo", Old, "m.gguf", [1]);
        HubLayout.Add(hub, "owner/repo", New, "m.gguf", [2, 3]);
        foreach (var commit in (string[])[Old, New])
            Directory.SetLastWriteTimeUtc(Path.Combine(hub, "models--owner--repo", "snapshots", commit), DateTime.UnixEpoch.AddDays(commit == last ? 2 : 1));
        Assert.Equal(bytes, Assert.Single(Find(ModelSource.HuggingFace)).Bytes);
    }

    [Fact]
    public void A_file_of_an_earlier_commit_stands_in_for_one_that_is_gone()
    {
        var hub = PathOf(".cache/huggingface/hub");
        var old = HubLayout.Add(hub, "owner/repo", Old, "m.gguf", [1]);
        File.Delete(File.ResolveLinkTarget(HubLayout.Add(hub, "owner/repo", New, "m.gguf", [2]), true)!.FullName);
        HubLayout.Present(hub, "owner/repo", New);
        var model = Assert.Single(Find(ModelSource.HuggingFace));
        Assert.Equal((null, old), (model.Problem, model.Files[0].Path));
    }

    [Fact]
    public void A_link_whose_blob_is_gone_is_a_problem()
    {
        var snapshot = HubLayout.Add(PathOf(".cache/huggingface/hub"), "owner/repo", Old, "m.gguf", [1]);
        File.Delete(File.ResolveLinkTarget(snapshot, true)!.FullName);
        Assert.Contains("not there", Assert.Single(Find(ModelSource.HuggingFace)).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HF_HUB_CACHE", "", "HF_HOME", "/ignored")]
    [InlineData("HF_HOME", "hub/")]
    [InlineData("XDG_CACHE_HOME", "huggingface/hub/")]
    public void The_variables_of_the_hub_are_followed(string variable, string below, params string[] other)
    {
        HubLayout.Add(PathOf($"cache/{below}"), "owner/repo", Old, "m.gguf", [1]);
        var found = ModelFinder.Find(ModelSource.HuggingFace, new(name => name == variable ? PathOf("cache") : name == "HOME" ? _folder.Path : other is [var o, var value] && name == o ? value : null));
        Assert.Single(found.Models);
    }

    [Fact]
    public void Nothing_is_found_where_there_is_nothing()
        => Assert.All(ModelFinder.All, source => Assert.Empty(ModelFinder.Find(source, new(_ => null)).Models));

    IReadOnlyList<FoundModel> Find(ModelSource source) => ModelFinder.Find(source, new(name => name == "HOME" ? _folder.Path : null)).Models;

    string PathOf(string name) => Path.Combine(_folder.Path, name);

    void Write(string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllText(PathOf(name), "x");
    }
}
