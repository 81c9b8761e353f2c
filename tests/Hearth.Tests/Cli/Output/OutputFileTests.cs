using System.Diagnostics;
using Hearth.Cli.Output;
using Hearth.Tests.Cli.Support;

namespace Hearth.Tests.Cli.Output;

public sealed class OutputFileTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_shorter_file_in_shared_memory_replaces_a_longer_one_whole()
    {
        var path = $"/dev/shm/hearth-test-{Guid.NewGuid():N}";
        try
        {
            await WriteAsync(path, "a long text");
            await WriteAsync(path, "short");
            Assert.Equal("short", await File.ReadAllTextAsync(path, Stop));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(path).UnixFileMode);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task A_named_pipe_is_written_into_and_stays_a_pipe()
    {
        var pipe = Path.Combine(_folder.Path, "pipe");
        using (var made = Process.Start("mkfifo", [pipe]))
            await made.WaitForExitAsync(Stop);
        // Held open for both directions, so that nobody waits for the other end; it holds what nobody reads.
        using var both = new FileStream(pipe, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0);

        await WriteAsync(pipe, "through");

        Assert.Equal("through", await Task.Run(() => Read(both), Stop).WaitAsync(TimeSpan.FromMinutes(2), Stop));
        Assert.Equal(["pipe"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_device_is_written_into()
    {
        await WriteAsync("/dev/null", "away");
        Assert.False(File.Exists($"/dev/null.{Environment.ProcessId}.part"));
    }

    [Fact]
    public async Task Without_a_commit_an_older_file_stays_as_it_was()
    {
        var path = Path.Combine(_folder.Path, "x");
        await WriteAsync(path, "old");
        await using (var file = new OutputFile(path))
            file.Stream.Write("new and longer"u8);
        Assert.Equal("old", await File.ReadAllTextAsync(path, Stop));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    static string Read(FileStream stream)
    {
        var bytes = new byte[100];
        return System.Text.Encoding.UTF8.GetString(bytes, 0, stream.Read(bytes));
    }

    static async Task WriteAsync(string path, string text)
    {
        await using var file = new OutputFile(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await file.Stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), Stop);
        file.Commit();
    }
}
