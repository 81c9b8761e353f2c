using System.Text.Json;
using Hearth.Benchmarks.Models;

namespace Hearth.Benchmarks.Checks;

/// <summary>Questions about the model that ships.</summary>
static class ShippedModel
{
    /// <summary>How many tokens a text has.</summary>
    internal static async Task<int> CountTokensAsync(string text)
    {
        using var process = Command.Start(Command.Hearth, ["tokenize", "--model", BenchmarkModels.Shipped, "--json"]);
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(text);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new CommandFailedException($"hearth tokenize ended with exit code {process.ExitCode}: {await errors}");
        using var json = JsonDocument.Parse(output);
        return json.RootElement.GetProperty("tokens").GetArrayLength();
    }
}
