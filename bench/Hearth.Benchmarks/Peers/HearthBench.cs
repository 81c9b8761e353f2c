using System.Globalization;
using System.Text.Json;
using Hearth.Benchmarks.Machine;

namespace Hearth.Benchmarks.Peers;

/// <summary>Hearth, driven by its own command line as a user drives it.</summary>
sealed class HearthBench
{
    HearthBench(string version, string build)
    {
        Version = version;
        Build = build;
    }

    internal string Version { get; }

    /// <summary>Names the exact build.</summary>
    internal string Build { get; }

    internal static async Task<HearthBench> BuildAsync()
    {
        var version = (await Command.RunAsync(Command.Hearth, "--version")).Trim();
        var files = Directory.GetFiles(Path.Combine(Command.Root, "artifacts", "program", "bin"), "*.dll");
        return new HearthBench(version, Identity.OfFiles(files));
    }

    /// <summary>One prefill and one decode, each in an empty context, beside the machine's peak and raw read.</summary>
    internal static async Task<HearthRun> RunAsync(string file, int promptTokens, int generateTokens)
        => Parse(await Command.RunAsync(
            Command.Hearth, "bench", "--model", file, "--prompt-tokens", Text(promptTokens), "--generate-tokens", Text(generateTokens), "--rounds", "1", "--json"));

    internal static HearthRun Parse(string output)
    {
        using var json = JsonDocument.Parse(output);
        var root = json.RootElement;
        return new HearthRun(
            Rate("prefill_tokens_per_second"), Rate("decode_tokens_per_second"), Rate("int8_peak_macs_per_second"), Rate("prefill_macs_per_second"),
            Rate("raw_read_bytes_per_second"), Rate("decode_bytes_per_second"));

        double Rate(string name) => root.GetProperty(name).GetProperty("median").GetDouble();
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
