using System.Text.Json;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Cli;

/// <summary>The program as it is installed, with a worker in it that phones home: what it tries is denied, told and counted, and the work goes on.</summary>
public sealed class PhoningTests : IDisposable
{
    readonly PrivateHome _home = new();
    readonly string _program;

    public PhoningTests()
    {
        var installed = Directory.CreateDirectory(_home.At("installed")).FullName;
        foreach (var project in (string[])["Hearth.WorkerDouble", "Hearth.Cli"])
        {
            foreach (var file in Directory.EnumerateFiles(Repository.At("artifacts", "bin", project, "release")))
                File.Copy(file, Path.Combine(installed, Path.GetFileName(file)), overwrite: true);
        }

        foreach (var ending in (string[])[".dll", ".runtimeconfig.json"])
            File.Copy(Path.Combine(installed, "Hearth.WorkerDouble" + ending), Path.Combine(installed, "hearth-worker" + ending), overwrite: true);
        _program = Path.Combine(installed, "hearth");
    }

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData("phones", 1)]
    [InlineData("honest", 0)]
    public async Task A_worker_that_phones_is_caught(string model, int denied)
    {
        var file = _home.Write("model.gguf", model);
        var (code, output, error) = await PrivateHome.RunAsync(_home.Line(_program, "run", "--raw", "--json", "--quiet", "--model", file, "--max-tokens", "4", "Hello"), "");
        Assert.True(code == 0, error);
        using var result = JsonDocument.Parse(output);
        Assert.Equal((true, denied), (result.RootElement.GetProperty("confined").GetBoolean(), result.RootElement.GetProperty("denied_calls").GetInt32()));
        Assert.Equal(denied, error.Split("ALARM: The worker tried to open a socket (IPv4)").Length - 1);
    }
}
