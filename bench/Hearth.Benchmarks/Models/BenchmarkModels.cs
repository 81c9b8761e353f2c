using Hearth.Benchmarks.Peers;

namespace Hearth.Benchmarks.Models;

/// <summary>The models that are compared. Random ones are made on first use, in a cache outside the project.</summary>
static class BenchmarkModels
{
    internal const string All = "all";

    internal const string Shipped = "models/SmolLM2-135M-Instruct/SmolLM2-135M-Instruct.Q4_1.gguf";

    static readonly string[] Random = ["1b-q4_0", "1b-q4_1", "1b-q8_0", "1b-q4_k_m", "1b-q5_k_m", "1b-q6_k"];

    internal static string Cache { get; } = Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
            ? cache
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "hearth-bench");

    /// <summary>The names that some text stands for: one, several with commas, or all.</summary>
    internal static IReadOnlyList<string> Named(string names) => [.. names.Split(',').SelectMany(NamedOne)];

    static IReadOnlyList<string> NamedOne(string name) => name switch
    {
        All => ["smol", .. Random],
        "smol" => ["smol"],
        _ when Random.Contains(name) => [name],
        _ => throw new ArgumentException($"There is no model '{name}'; expected smol, {string.Join(", ", Random)} or {All}."),
    };

    /// <summary>Returns the file, after making it where it is missing: F16 by us, then quantized by the peer's own function.</summary>
    internal static async Task<string> FileAsync(string name, Peer peer)
    {
        if (name == "smol")
            return Path.Combine(Command.Root, Shipped);
        var path = Path.Combine(Cache, $"random-{name}.gguf");
        if (File.Exists(path))
            return path;

        Directory.CreateDirectory(Cache);
        var wide = Path.Combine(Cache, "random-1b-f16.gguf");
        if (!File.Exists(wide))
        {
            await Console.Error.WriteLineAsync($"Writing {wide} (2.5 GB) …");
            await Task.Run(() => RandomModel.Llama1B.Write(wide + ".part"));
            File.Move(wide + ".part", wide);
        }

        await Console.Error.WriteLineAsync($"Quantizing it into {path} …");
        await peer.QuantizeAsync(wide, path + ".part", name[(name.IndexOf('-', StringComparison.Ordinal) + 1)..]);
        File.Move(path + ".part", path);
        return path;
    }
}
