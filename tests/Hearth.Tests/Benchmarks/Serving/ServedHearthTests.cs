#pragma warning disable CA1416 // A script of a shell.
using Hearth.Benchmarks;
using Hearth.Benchmarks.Serving;
using Hearth.Tests.Cli.Support;

namespace Hearth.Tests.Benchmarks.Serving;

/// <summary>The server of the long checks, with a script in the place of the program that notes which folder it was given.</summary>
public sealed class ServedHearthTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_server_that_does_not_end_in_time_leaves_no_folder()
    {
        var served = await ServedHearth.StartAsync(Program("trap '' TERM; echo '{\"address\": \"http://127.0.0.1:1\"}'; exec sleep 600"), "model.gguf", []);
        served.Farewell = TimeSpan.FromMilliseconds(200);
        Assert.True(Directory.Exists(Given));
        Assert.Contains("did not end", (await Assert.ThrowsAsync<CommandFailedException>(async () => await served.DisposeAsync())).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Given));
    }

    [Theory]
    [InlineData("exit 0", "before it listened")]
    [InlineData("echo '{}'", "")]
    public async Task A_server_that_does_not_begin_leaves_no_folder(string serve, string part)
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => ServedHearth.StartAsync(Program(serve), "model.gguf", []));
        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Given));
    }

    string Given => File.ReadAllText(Path.Combine(_folder.Path, "given")).Trim();

    string Program(string serve)
    {
        var path = Path.Combine(_folder.Path, "hearth");
        File.WriteAllText(path, $$"""
            #!/bin/sh
            echo "$HOME" >"{{_folder.Path}}/given"
            case $1 in
              keys) echo '{"key": "k"}' ;;
              serve) {{serve}} ;;
            esac
            """);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}
