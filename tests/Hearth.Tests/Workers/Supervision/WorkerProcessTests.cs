using System.Diagnostics;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Events;
using Hearth.Tests.Support;
using Hearth.Tests.Workers.Support;
using Hearth.Workers.Client;

namespace Hearth.Tests.Workers.Supervision;

/// <summary>Real processes, confined where this machine can: the double of the worker, which misbehaves on demand.</summary>
public sealed class WorkerProcessTests : IDisposable
{
    static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    readonly string _model = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    /// <summary>Where the end of a worker is to be explained: a busy machine may be late to tell how a process ended, and nobody waits for that for long.</summary>
    readonly ManualClock _stopped = new();

    public WorkerProcessTests() => File.WriteAllText(_model, "model");

    WorkerOptions Options => new()
    {
        ModelPaths = [_model],
        WorkerPath = Path.Combine(AppContext.BaseDirectory, "Hearth.WorkerDouble.dll"),
        Unconfined = !Hearth.Confinement.ConfinementSupport.Probe().Confined,
    };

    public void Dispose() => File.Delete(_model);

    [Fact]
    public async Task A_model_answers_from_a_process_of_its_own_that_ends_with_the_file()
    {
        var file = await WorkerModelFile.OpenAsync(Options, Token);
        var id = file.WorkerProcessId!.Value;
        await using (file)
        {
            await using var engine = await file.LoadAsync(new(), null, Token);
            Assert.Equal("é0é1é2", string.Concat(await engine.GenerateAsync(new(new TextPrompt("x")), Token).OfType<Delta>().Select(d => d.Text.Reveal()).ToListAsync(Token)));
            Assert.Equal(!Options.Unconfined, file.Confinement!.Confined);
        }

        await Eventually.HoldsAsync(() => !Directory.Exists($"/proc/{id}"), "its process is gone");
    }

    [Fact]
    public async Task A_worker_killed_in_mid_answer_is_replaced_and_the_conversation_goes_on()
    {
        await using var file = await WorkerModelFile.OpenAsync(Options with { Clock = _stopped }, Token);
        await using var engine = await file.LoadAsync(new(), null, Token);
        using var end = _stopped.GoOnAtTheEnd();
        var first = file.WorkerProcessId!.Value;
        await using var answer = engine.GenerateAsync(new(new TextPrompt("block")), Token).GetAsyncEnumerator(Token);
        Assert.True(await answer.MoveNextAsync());

        using (var process = Process.GetProcessById(first))
            process.Kill();

        var failure = await Assert.ThrowsAsync<EngineException>(async () => await answer.MoveNextAsync());
        Assert.Equal(FailureCode.WorkerLost, failure.Code);
        Assert.Contains("SIGKILL", failure.Message, StringComparison.Ordinal);
        Assert.Equal(5, await engine.GenerateAsync(new(new TextPrompt("x")), Token).CountAsync(Token));
        Assert.NotEqual(first, file.WorkerProcessId);
    }

    [Theory]
    [InlineData("crash", "SIGABRT")]
    [InlineData("exit", "exit code 7")]
    public async Task A_worker_that_ends_in_mid_answer_is_explained_without_its_words(string prompt, string words)
    {
        await using var file = await WorkerModelFile.OpenAsync(Options with { Clock = _stopped }, Token);
        await using var engine = await file.LoadAsync(new(), null, Token);
        using var end = _stopped.GoOnAtTheEnd();

        var failure = await Assert.ThrowsAsync<EngineException>(async () => await engine.GenerateAsync(new(new TextPrompt(prompt)), Token).CountAsync(Token));
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, (await engine.StatsAsync(Token)).PassesDone);
    }

    [Fact]
    public async Task A_worker_that_stands_still_is_noticed_and_replaced()
    {
        // Time passes only while the worker is stopped: a slow machine makes nobody silent.
        var clock = new ManualClock();
        await using var file = await WorkerModelFile.OpenAsync(Options with { Clock = clock }, Token);
        await using var engine = await file.LoadAsync(new(), null, Token);
        using var end = clock.GoOnAtTheEnd();
        var worker = file.WorkerProcessId!.Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
        using (var stop = Process.Start("kill", ["-STOP", worker]))
            await stop.WaitForExitAsync(Token);
        // On a busy machine its threads run on, and answer, until one of them has come to take the signal.
        await Eventually.HoldsAsync(() => Directory.GetDirectories($"/proc/{worker}/task").All(StandsStill), "all threads of the worker stand still");

        var asked = engine.StatsAsync(Token);
        await clock.AdvanceUntilAsync(() => asked.IsCompleted, TimeSpan.FromSeconds(1));
        var failure = await Assert.ThrowsAsync<EngineException>(() => asked);
        Assert.Contains("no sign of life for 30 seconds", failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, (await engine.StatsAsync(Token)).PassesDone);

        static bool StandsStill(string thread)
        {
            try
            {
                return File.ReadAllText($"{thread}/status").Contains("\nState:\tT", StringComparison.Ordinal);
            }
            catch (IOException)
            {
                // It ended just now.
                return false;
            }
        }
    }

    [Fact]
    public async Task A_worker_that_takes_more_memory_than_allowed_is_ended()
    {
        await using var file = await WorkerModelFile.OpenAsync(
            Options with { WatchInterval = TimeSpan.FromMilliseconds(50), MemoryLimit = 200 << 20 }, Token);
        await using var engine = await file.LoadAsync(new(), null, Token);
        Assert.Equal(5, await engine.GenerateAsync(new(new TextPrompt("x")), Token).CountAsync(Token));

        var failure = await Assert.ThrowsAsync<EngineException>(async () =>
        {
            await engine.GenerateAsync(new(new TextPrompt("grow")), Token).CountAsync(Token);
            await engine.GenerateAsync(new(new TextPrompt("block")), Token).CountAsync(Token);
        });
        Assert.Equal((FailureCode.WorkerLost, "at most 200 MiB"), (failure.Code, failure.Expected));
    }

    [Fact]
    public async Task A_worker_that_talks_nonsense_is_ended()
    {
        await File.WriteAllTextAsync(_model, "noise", Token);
        var failure = await Assert.ThrowsAsync<EngineException>(() => WorkerModelFile.OpenAsync(Options, Token));
        Assert.Contains("broke the protocol", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_that_never_greets_is_ended()
    {
        await File.WriteAllTextAsync(_model, "silent", Token);
        var failure = await Assert.ThrowsAsync<EngineException>(() => WorkerModelFile.OpenAsync(Options with { StartLimit = TimeSpan.FromSeconds(1) }, Token));
        Assert.Contains("within 1 seconds of its start", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_lives_in_the_environment_that_is_listed_here_and_has_the_descriptors_that_are_listed_here()
    {
        await using var file = await WorkerModelFile.OpenAsync(Options, Token);
        var process = $"/proc/{file.WorkerProcessId}";
        var environment = (await File.ReadAllTextAsync(process + "/environ", Token)).Split('\0', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(
            ["DOTNET_DbgEnableMiniDump=0", "DOTNET_EnableDiagnostics=0", "DOTNET_EnableEventPipe=0", $"DOTNET_ROOT={Hearth.Confinement.RuntimePaths.DotnetRoot}", "ORT_DISABLE_TELEMETRY=1"],
            environment.Order(StringComparer.Ordinal));
        Assert.Equal(_model, new FileInfo(process + "/fd/4").LinkTarget);
        Assert.StartsWith("socket:", new FileInfo(process + "/fd/3").LinkTarget, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_files_of_adapters_stand_behind_those_of_the_model_and_one_that_is_not_there_is_said()
    {
        string[] adapters = [_model + ".b", _model + ".a"];
        try
        {
            foreach (var adapter in adapters)
                await File.WriteAllTextAsync(adapter, "adapter", Token);
            await using var file = await WorkerModelFile.OpenAsync(Options with { AdapterPaths = adapters }, Token);
            var links = Enumerable.Range(4, 3).Select(i => new FileInfo($"/proc/{file.WorkerProcessId}/fd/{i}").LinkTarget);
            Assert.Equal([_model, .. adapters], links);
            var words = (await File.ReadAllTextAsync($"/proc/{file.WorkerProcessId}/cmdline", Token)).Split('\0', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(["--parts=1", "--adapters=2"], words[^2..]);
        }
        finally
        {
            foreach (var adapter in adapters)
                File.Delete(adapter);
        }

        var refused = await Assert.ThrowsAsync<EngineException>(() => WorkerModelFile.OpenAsync(Options with { AdapterPaths = [_model, adapters[0]] }, Token));
        Assert.Equal((FailureCode.InvalidModel, $"An adapter cannot be used. There is no file {adapters[0]}."), (refused.Code, refused.Message));
        Assert.Contains("check its path", refused.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_model_path_may_not_be_is_said_before_anything_is_started()
    {
        var empty = _model + ".empty";
        await File.WriteAllTextAsync(empty, "", Token);
        try
        {
            Assert.Contains("There is no file", await Refusal(_model + ".none"), StringComparison.Ordinal);
            Assert.Contains("is a folder", await Refusal(Path.GetTempPath()), StringComparison.Ordinal);
            Assert.Contains("is empty", await Refusal(empty), StringComparison.Ordinal);
            Assert.Contains("no ordinary file", await Refusal("/dev/zero"), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(empty);
        }

        async Task<string> Refusal(string path)
            => (await Assert.ThrowsAsync<EngineException>(() => WorkerModelFile.OpenAsync(Options with { ModelPaths = [path] }, Token))).Message;
    }

    [Fact]
    public async Task Without_a_model_a_worker_renders_and_has_no_file()
    {
        await using var file = await WorkerModelFile.OpenAsync(Options with { ModelPaths = [] }, Token);

        Assert.Equal("{}|t|", await file.RenderAsync(new("{}") { Template = "t" }, Token));
        Assert.False(new FileInfo(_model).FullName == new FileInfo($"/proc/{file.WorkerProcessId}/fd/4").LinkTarget);
    }

    [Fact]
    public async Task A_worker_program_that_is_not_there_is_named()
    {
        var failure = await Assert.ThrowsAsync<EngineException>(() => WorkerModelFile.OpenAsync(Options with { WorkerPath = "/nowhere/w.dll" }, Token));
        Assert.Contains("/nowhere/w.dll", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_worker_is_found_beside_the_program_or_where_it_was_built()
    {
        Assert.EndsWith("hearth-worker.dll", WorkerProgram.Locate(AppContext.BaseDirectory), StringComparison.Ordinal);

        var cli = Hearth.Tests.Support.Repository.At("artifacts", "bin", "Hearth.Cli", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)));
        Assert.Contains("/Hearth.Worker/", WorkerProgram.Locate(cli), StringComparison.Ordinal);
    }
}
