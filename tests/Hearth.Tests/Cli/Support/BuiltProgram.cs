using System.Diagnostics;
using Hearth.Tests.Support;

namespace Hearth.Tests.Cli.Support;

/// <summary>The program as it was built, with its worker, in a home of its own.</summary>
sealed class BuiltProgram : IDisposable
{
    readonly TemporaryFolder _home = new();

    internal string Home => _home.Path;

    internal string PathOf(string name) => Path.Combine(_home.Path, name);

    internal Task<(int Code, string Output, string Error)> RunAsync(params string[] words) => RunAsync("", words);

    internal async Task<(int Code, string Output, string Error)> RunAsync(string input, string[] words)
    {
        var start = new ProcessStartInfo(Repository.At("artifacts", "bin", "Hearth.Cli", "release", "hearth"), words)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in (string[])["XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "OLLAMA_MODELS", "HF_HOME", "HF_HUB_CACHE"])
            start.Environment.Remove(name);
        start.Environment["HOME"] = _home.Path;
        return await PrivateHome.RunAsync(start, input);
    }

    public void Dispose() => _home.Dispose();
}
