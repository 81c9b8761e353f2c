using System.Text.Json;
using Hearth.Cli.Commands;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Models.Support;

namespace Hearth.Tests.Cli.Commands;

/// <summary>The folder that is published, with a compiler that only notes how it was called. <c>./test --long publish</c> makes and runs real ones.</summary>
public sealed class PublishCommandTests : IDisposable
{
    const string Compiler = """
        #!/usr/bin/env bash
        root=$(dirname "$0")
        echo "$*" >>"$root/calls"
        [ -e "$root/broken" ] && { echo "x.cs(1,1): error CS1002: ; expected"; exit 1; }
        while [ "$1" != -o ]; do shift; done
        mkdir -p "$2/licences/dotnet"
        echo MIT >"$2/licences/dotnet/LICENSE.TXT"
        echo program >"$2/hearth"
        echo worker >"$2/hearth-worker"
        """;

    readonly CliRun _cli = new CliRun().WithShippedModel();

    public PublishCommandTests()
    {
        foreach (var name in (string[])["Hearth.slnx", "LICENSE", "NOTICE", "README.md", "CONTRIBUTING.md", "docs/cli.md", "models/SmolLM2-135M-Instruct/LICENSE"])
            _cli.File(name, name);
        var dotnet = _cli.File("dotnet", Compiler);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(dotnet, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        _cli.Environment["DOTNET_HOST_PATH"] = dotnet;
    }

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task The_folder_holds_programs_model_licences_and_documents()
    {
        Assert.Equal(0, await _cli.RunAsync("publish", "--output", _cli.PathOf("out"), "--rid", "linux-arm64", "--json"));
        Assert.Equal(
            [
                "CONTRIBUTING.md", "LICENSE", "NOTICE", "README.md", "bin/hearth", "bin/hearth-worker", "docs/cli.md", "hearth", "licences/dotnet/LICENSE.TXT",
                "models/SmolLM2-135M-Instruct/LICENSE", "models/SmolLM2-135M-Instruct/SmolLM2-135M-Instruct.Q4_1.gguf",
            ],
            Published());
        Assert.Equal("program\n", await File.ReadAllTextAsync(_cli.PathOf("out/hearth"), TestContext.Current.CancellationToken));
        Assert.Equal("bin/hearth", new FileInfo(_cli.PathOf("out/hearth")).LinkTarget);
        Assert.All(await File.ReadAllLinesAsync(_cli.PathOf("calls"), TestContext.Current.CancellationToken), line => Assert.Contains("-r linux-arm64 ", line, StringComparison.Ordinal));
        using var json = JsonDocument.Parse(_cli.Output);
        Assert.Equal(_cli.PathOf("out"), json.RootElement.GetProperty("folder").GetString());
    }

    [Fact]
    public async Task Another_model_is_the_one_that_the_folder_s_program_takes()
    {
        _cli.File("big-00002-of-00002.gguf", "two");
        Assert.Equal(0, await _cli.RunAsync("publish", "--output", _cli.PathOf("out"), "--model", _cli.File("big-00001-of-00002.gguf", "one")));
        Assert.DoesNotContain(Published(), file => file.Contains("SmolLM2", StringComparison.Ordinal));
        var folders = new Hearth.Cli.Folders(_ => null, _cli.PathOf("out/bin"));
        Assert.Equal(_cli.PathOf("out/models/big-00001-of-00002/big-00001-of-00002.gguf"), folders.FindShippedModel());
        Assert.Contains("models/big-00001-of-00002/big-00002-of-00002.gguf", Published());
    }

    [Fact]
    public async Task A_model_with_an_adapter_is_not_published_as_another_one()
    {
        new OllamaLayout(_cli.PathOf(".ollama/models")).Add("registry.ollama.ai/library/pirate/latest", [1, 2], ("adapter", "changes"));
        _cli.Model.Inspected = found => new FileInfo(_cli.Opened[^1].Paths[0]).Length == 7 ? found with { Adapter = new("lora", "llama", 14, 4, 4, 8) } : found;
        Assert.Equal(0, await _cli.RunAsync("models", "import", "--from", "ollama"));
        Assert.Equal(1, await _cli.RunAsync("publish", "--output", _cli.PathOf("out"), "--model", "pirate"));
        Assert.Contains("pirate:latest has an adapter, which cannot be published.", _cli.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_cli.PathOf("calls")));
    }

    [Fact]
    public async Task What_is_there_is_not_overwritten_and_an_empty_folder_is_taken()
    {
        _cli.File("out/mine", "mine");
        Assert.Equal(1, await _cli.RunAsync("publish", "--output", _cli.PathOf("out")));
        Assert.Contains("is there and not empty", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(["mine"], Published());
        Assert.False(File.Exists(_cli.PathOf("calls")));

        File.Delete(_cli.PathOf("out/mine"));
        Assert.Equal(0, await _cli.RunAsync("publish", "--output", _cli.PathOf("out")));
        Assert.NotEmpty(Published());
    }

    [Fact]
    public async Task A_build_that_fails_shows_its_end_and_leaves_nothing_behind()
    {
        _cli.File("broken", "");
        Assert.Equal(1, await _cli.RunAsync("publish", "--output", _cli.PathOf("out")));
        Assert.Contains("error CS1002", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("error: Hearth.Worker cannot be built for linux-x64.", _cli.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(_cli.PathOf(""), "out*"));
    }

    [Fact]
    public async Task Without_the_sources_or_the_SDK_the_error_says_what_to_do()
    {
        _cli.Environment["DOTNET_HOST_PATH"] = _cli.PathOf("none");
        Assert.Equal(1, await _cli.RunAsync("publish", "--output", _cli.PathOf("out")));
        Assert.Contains("to do: Install it", _cli.Error, StringComparison.Ordinal);
        File.Delete(_cli.PathOf("Hearth.slnx"));
        Assert.Equal(1, await _cli.RunAsync("publish", "--output", _cli.PathOf("out")));
        Assert.Contains("to do: Run ./hearth publish in a checkout", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(2, await _cli.RunAsync("publish"));
    }

    [Theory]
    [InlineData(System.Runtime.InteropServices.Architecture.X64, true)]
    [InlineData(System.Runtime.InteropServices.Architecture.Arm64, false)]
    public void Only_what_the_tests_run_on_is_called_tested(System.Runtime.InteropServices.Architecture family, bool tested) => Assert.Equal(tested, InstructionSets.IsTested(family));

    string[] Published() => [.. Directory.EnumerateFiles(_cli.PathOf("out"), "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(_cli.PathOf("out"), f)).Order(StringComparer.Ordinal)];
}
