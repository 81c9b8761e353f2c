using System.Runtime.InteropServices;
using System.Text.Json;
using Hearth.Cli.Commands;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Models.Support;
using Hearth.Workers.Client;
using Family = System.Runtime.InteropServices.Architecture;

namespace Hearth.Tests.Cli.Commands;

/// <summary>The folder that is published, with a compiler that only notes how it was called. <c>./test --long publish</c> makes and runs real ones.</summary>
public sealed class PublishCommandTests : IDisposable
{
    const string Compiler = """
        #!/usr/bin/env bash
        root=$(dirname "$0")
        words=$*
        echo "$words" >>"$root/calls"
        [ -e "$root/broken" ] && { echo "x.cs(1,1): error CS1002: ; expected"; exit 1; }
        while [ "$1" != -o ]; do shift; done
        mkdir -p "$2"
        case $words in
          *Hearth.Probe.csproj*) touch "$2/hearth-probe" ;;
          *-p:PublishAot=true*) echo "$words" >"$2/hearth-worker" ;;
          *Hearth.Worker.csproj*) touch "$2/hearth-worker" "$2/hearth-worker.dll" ;;
          *) mkdir -p "$2/licences/dotnet" && echo MIT >"$2/licences/dotnet/LICENSE.TXT" && printf '\177ELF\0GLIBC_2.4\0GLIBC_2.27\0GLIBC_2.3.4\0' >"$2/hearth" ;;
        esac
        """;

    static readonly string Own = RuntimeInformation.ProcessArchitecture == Family.Arm64 ? "linux-arm64" : "linux-x64";
    static readonly string Other = Own == "linux-x64" ? "linux-arm64" : "linux-x64";
    static readonly string CrossCompiler = Own == "linux-x64" ? "aarch64-linux-gnu-gcc" : "x86_64-linux-gnu-gcc";

    readonly CliRun _cli = new CliRun().WithShippedModel();

    public PublishCommandTests()
    {
        foreach (var name in (string[])["Hearth.slnx", "LICENSE", "NOTICE", "README.md", "CONTRIBUTING.md", "docs/cli.md", "models/SmolLM2-135M-Instruct/LICENSE"])
            _cli.File(name, name);
        var dotnet = _cli.File("dotnet", Compiler);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(dotnet, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        _cli.Environment["DOTNET_HOST_PATH"] = dotnet;
        _cli.Environment["PATH"] = $"/nowhere:{_cli.PathOf("tools")}";
        OnPath("gcc", present: true);
    }

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task The_folder_holds_programs_model_licences_and_documents()
    {
        Assert.Equal(0, await _cli.RunAsync("publish", "--output", _cli.PathOf("out"), "--rid", "linux-x64", "--json"));
        Assert.Equal(
            [
                "CONTRIBUTING.md", "LICENSE", "NOTICE", "README.md", "bin/hearth", "bin/hearth-probe", "bin/hearth-worker", "bin/hearth-worker-v3", "bin/hearth-worker-v4", "docs/cli.md",
                "hearth", "licences/dotnet/LICENSE.TXT", "models/SmolLM2-135M-Instruct/LICENSE", "models/SmolLM2-135M-Instruct/SmolLM2-135M-Instruct.Q4_1.gguf",
            ],
            Published());
        Assert.Equal("bin/hearth", new FileInfo(_cli.PathOf("out/hearth")).LinkTarget);
        Assert.True(File.Exists(_cli.PathOf("out/hearth")));
        Assert.All(Calls, line => Assert.Contains("-r linux-x64 ", line, StringComparison.Ordinal));
        using var json = JsonDocument.Parse(_cli.Output);
        Assert.Equal(_cli.PathOf("out"), json.RootElement.GetProperty("folder").GetString());
        Assert.Equal("2.27", json.RootElement.GetProperty("glibc").GetString());
    }

    [Fact]
    public async Task Every_native_worker_is_compiled_for_its_own_processors()
    {
        Assert.Equal(0, await _cli.RunAsync("publish", "--output", _cli.PathOf("out"), "--rid", "linux-x64", "--json"));
        Assert.All(NativeWorkers.For(Family.X64), worker => Assert.Contains($"-p:IlcInstructionSet={worker.InstructionSet} ", File.ReadAllText(_cli.PathOf($"out/bin/{worker.Name}")), StringComparison.Ordinal));
        Assert.Contains("building the native worker for x86-64-v4, 1 of 5", _cli.Error, StringComparison.Ordinal);
        Assert.Equal("native", Worker());
    }

    [Theory, InlineData("gcc"), InlineData("clang")]
    public async Task A_linker_of_this_machine_is_taken(string linker)
    {
        OnPath("gcc", present: linker == "gcc");
        OnPath("clang", present: true);
        Assert.Equal(0, await _cli.RunAsync("publish", "--output", _cli.PathOf("out")));
        Assert.All(Calls.SkipLast(1), line => Assert.Contains($"-p:CppCompilerAndLinker={linker} ", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_linker_nothing_is_built_unless_a_managed_worker_is_asked_for()
    {
        OnPath("gcc", present: false);
        Assert.Equal(1, await _cli.RunAsync("publish", "--output", _cli.PathOf("out")));
        Assert.Contains("expected: 'gcc' or 'clang'", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("apt install gcc", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("--managed-worker", _cli.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_cli.PathOf("calls")));

        Assert.Equal(0, await _cli.RunAsync("publish", "--output", _cli.PathOf("out"), "--managed-worker", "--json"));
        Assert.Equal(["bin/hearth", "bin/hearth-probe", "bin/hearth-worker", "bin/hearth-worker.dll"], Published().Where(file => file.StartsWith("bin/", StringComparison.Ordinal)));
        Assert.DoesNotContain(Calls, line => line.Contains("PublishAot", StringComparison.Ordinal));
        Assert.Equal("managed", Worker());
    }

    [Fact]
    public async Task For_the_other_family_a_cross_compiler_links_and_without_one_the_worker_is_managed_and_that_is_said()
    {
        Assert.Equal(0, await _cli.RunAsync("publish", "--output", _cli.PathOf("managed"), "--rid", Other, "--json"));
        Assert.Contains($"'{CrossCompiler}' is not on the PATH, so the worker for {Other} will be a managed one", _cli.Error, StringComparison.Ordinal);
        Assert.Equal("managed", Worker());
        Assert.DoesNotContain(Calls, line => line.Contains("PublishAot", StringComparison.Ordinal));

        OnPath(CrossCompiler, present: true);
        Assert.Equal(0, await _cli.RunAsync("publish", "--output", _cli.PathOf("native"), "--rid", Other, "--json"));
        Assert.Equal("native", Worker());
        var objcopy = CrossCompiler.Replace("gcc", "objcopy", StringComparison.Ordinal);
        Assert.Contains(Calls, line => line.Contains($"-p:CppCompilerAndLinker={CrossCompiler} -p:ObjCopyName={objcopy} ", StringComparison.Ordinal));
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
    public async Task The_defaults_of_a_model_stay_and_are_named()
    {
        await _cli.RunAsync("models", "import", _cli.File("m.gguf", "weights"));
        await _cli.RunAsync("models", "set", "m", "lora=/m/a.gguf", "seed=7");
        Assert.Equal(0, await _cli.RunAsync("publish", "--output", _cli.PathOf("out"), "--model", "m"));
        Assert.Contains("The defaults of m stay here: lora, seed. In the folder they are given as options.\n", _cli.Error, StringComparison.Ordinal);
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
        Assert.Contains($"error: Hearth.Worker cannot be built for {Own}.", _cli.Error, StringComparison.Ordinal);
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

    [Theory, InlineData(Family.X64, true), InlineData(Family.Arm64, false)]
    public void Only_what_the_tests_run_on_is_called_tested(Family family, bool tested) => Assert.Equal(tested, InstructionSets.IsTested(family));

    string[] Calls => File.ReadAllLines(_cli.PathOf("calls"));

    string? Worker()
    {
        using var json = JsonDocument.Parse(_cli.Output);
        return json.RootElement.GetProperty("worker").GetString();
    }

    /// <summary>Puts a program on the PATH, or takes it away.</summary>
    void OnPath(string name, bool present)
    {
        if (present)
            _cli.File($"tools/{name}", "");
        else
            File.Delete(_cli.PathOf($"tools/{name}"));
    }

    string[] Published() => [.. Directory.EnumerateFiles(_cli.PathOf("out"), "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(_cli.PathOf("out"), f)).Order(StringComparer.Ordinal)];
}
