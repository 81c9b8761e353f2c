using System.Globalization;
using System.Text.Json;
using Hearth.Benchmarks.Machine;

namespace Hearth.Benchmarks.Peers;

/// <summary>What one run of the peer program gave: tokens per second, or NaN for what was not asked.</summary>
readonly record struct PeerRun(double Prefill, double Decode);

/// <summary>llama.cpp, driven by the small C program in <c>bench/peers</c>.</summary>
sealed class Peer
{
    readonly string _program;

    Peer(string program, string version)
    {
        _program = program;
        Version = version;
        Build = Identity.OfFiles(Directory.GetFiles(Path.GetDirectoryName(program)!));
    }

    /// <summary>Library, its commit, and the variant that it picked for this processor.</summary>
    internal string Version { get; }

    /// <summary>Names the exact libraries and program.</summary>
    internal string Build { get; }

    /// <summary>Installs the pinned libraries and compiles the program where that has not been done.</summary>
    internal static async Task<Peer> BuildAsync()
    {
        var program = (await Command.RunAsync(Path.Combine(Command.Root, "bench", "peers", "build.sh"))).Trim();
        return new Peer(program, (await Command.RunAsync(program, "version")).Trim());
    }

    internal async Task<PeerRun> RunAsync(string file, PeerSetting setting, int promptTokens, int generateTokens)
    {
        var output = await Command.RunAsync(_program, [
            "bench", file, .. setting.Options, "--prompt", Text(promptTokens), "--generate", Text(generateTokens)]);
        using var json = JsonDocument.Parse(output);
        var root = json.RootElement;
        return new PeerRun(Rate(root, "prefill"), Rate(root, "decode"));
    }

    /// <summary>Many sequences in one batch: the program's own output.</summary>
    internal Task<string> ParallelAsync(string file, int sequences, int promptTokens, int generateTokens, IEnumerable<string> options)
        => Command.RunAsync(_program, ["parallel", file, "--sequences", Text(sequences), "--prompt", Text(promptTokens), "--generate", Text(generateTokens), .. options]);

    internal Task QuantizeAsync(string input, string output, string type) => Command.RunAsync(_program, ["quantize", input, output, type]);

    static double Rate(JsonElement run, string kind) => run.TryGetProperty(kind, out var rates) ? rates[0].GetDouble() : double.NaN;

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
