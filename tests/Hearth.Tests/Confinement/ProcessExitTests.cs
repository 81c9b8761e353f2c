using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Hearth.Confinement;
using Hearth.Confinement.Linux;

namespace Hearth.Tests.Confinement;

/// <summary>Every way a worker can end, and what the host learns of it.</summary>
public sealed class ProcessExitTests
{
    [Theory]
    [InlineData("exit 0", 0, null, null)]
    [InlineData("exit 7", 7, null, null)]
    [InlineData("segv", null, 11, null)]
    [InlineData("throw", null, 6, "unhandled System.InvalidOperationException")]
    [InlineData("failfast", null, 6, "it ended itself on purpose (fail fast)")]
    [InlineData("overflow", null, 6, "stack overflow")]
    public async Task A_worker_that_ends_is_explained_without_a_word_of_what_it_wrote(string command, int? code, int? signal, string? reason)
    {
        using var worker = ProbeProgram.Start();
        Assert.Equal("", await worker.AskAsync(command));
        var exit = await worker.EndAsync();
        Assert.Equal(new ProcessExit(code, signal, reason), exit);
        Assert.DoesNotContain("secret", exit.ToString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists($"/proc/{worker.Id}"), "The process is still there.");
    }

    [Fact]
    public async Task A_killed_worker_is_reaped_and_may_be_killed_again()
    {
        using var worker = ProbeProgram.Start();
        Assert.Equal("hello", await worker.AskAsync("hello"));
        worker.Kill();
        Assert.Equal(new ProcessExit(null, 9, null), await worker.EndAsync());
        Assert.False(Directory.Exists($"/proc/{worker.Id}"), "The process is still there.");
        worker.Kill();
        Assert.Equal(0, await worker.Link.ReadAsync(new byte[1], TestContext.Current.CancellationToken).AsTask().WaitAsync(ProbeProgram.Patience, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<IOException>(() => worker.AskAsync("hello"));
    }

    [Fact]
    public async Task Waiting_can_be_given_up_without_harm_to_the_worker()
    {
        using var worker = ProbeProgram.Start();
        using var stop = new CancellationTokenSource();
        var waiting = worker.WaitForExitAsync(stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal("hello", await worker.AskAsync("hello"));
        Assert.Equal("", await worker.AskAsync("exit 3"));
        Assert.Equal(3, (await worker.EndAsync()).Code);
    }

    [Fact]
    public async Task Disposing_ends_a_worker_that_never_said_a_word()
    {
        var worker = ProbeProgram.Start();
        worker.Dispose();
        Assert.Equal(9, (await worker.EndAsync()).Signal);
        Assert.False(Directory.Exists($"/proc/{worker.Id}"), "The process is still there.");
    }

    [Fact]
    public async Task A_worker_ends_when_its_host_is_killed()
    {
        using var host = Process.Start(new ProcessStartInfo(ProbeProgram.Executable, "orphan") { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var id = int.Parse((await host.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!, null);
        using var worker = Process.GetProcessById(id);
        Assert.False(worker.HasExited);
        host.Kill();
        await worker.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(ProbeProgram.Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Twenty_workers_leave_no_descriptor_and_no_process_behind()
    {
        var (output, errors) = await ProbeProgram.RunAsync(["churn", "20"]);
        Assert.True(output.Length > 0, errors);
        var result = JsonSerializer.Deserialize<Dictionary<string, double>>(output)!;
        Assert.Equal(20, result["workers"]);
        Assert.Equal(result["descriptors_before"], result["descriptors_after"]);
        Assert.Equal(0, result["processes_left"]);
    }

    [Fact]
    public async Task A_host_without_descriptors_to_spare_starts_nothing_and_leaves_nothing()
    {
        var (output, errors) = await ProbeProgram.RunAsync(["exhausted"]);
        Assert.True(output.Length > 0, errors);
        var result = JsonSerializer.Deserialize<Dictionary<string, int>>(output)!;
        Assert.True(result["refused"] > 5 && result["refused_at_the_pipe"] > 0, output);
        Assert.Equal(0, result["failed_otherwise"]);
        Assert.Equal(0, result["children_left"]);
        Assert.Equal(result["descriptors_before"], result["descriptors_after"]);
        Assert.Equal(1, result["started_afterwards"]);
    }

    [Fact]
    public async Task A_program_that_was_not_started_by_a_host_is_told_so()
    {
        var (_, errors) = await ProbeProgram.RunAsync(["worker", "--unconfined"]);
        Assert.Contains("Descriptor 3 isn't a socket", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Unhandled exception. System.IO.InvalidDataException: the user's text\n   at Hearth.X()", "unhandled System.IO.InvalidDataException")]
    [InlineData("Unhandled exception. the user's text: more", null)]
    [InlineData("Unhandled exception. theuserstext", null)]
    [InlineData("Process terminated. the user's text", "it ended itself on purpose (fail fast)")]
    [InlineData("Failed to create CoreCLR, HRESULT: 0x8007000E", "the runtime could not start (CoreCLR was not created)")]
    [InlineData("/bin/w: /lib/libc.so.6: version `GLIBC_2.99' not found (required by /bin/w)", "the C library of this system is older than that of the machine where the worker was published")]
    [InlineData("the user's text", null)]
    [InlineData("", null)]
    public void Of_last_words_only_known_ones_are_told(string text, string? told) => Assert.Equal(told, LastWords.Explain(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void A_type_name_that_is_too_long_is_not_told()
        => Assert.Null(LastWords.Explain(Encoding.UTF8.GetBytes($"Unhandled exception. {new string('a', 101)}: x")));
}
