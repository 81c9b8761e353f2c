using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hearth.Benchmarks.Measuring;

/// <summary>Samples in a file, one JSON object a line, so that a run that was interrupted goes on where it was.</summary>
sealed class SampleLog<T>(string path)
{
    static readonly JsonSerializerOptions Options = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    readonly List<T> _samples = File.Exists(path) ? [.. File.ReadLines(path).Select(line => JsonSerializer.Deserialize<T>(line, Options)!)] : [];

    internal IReadOnlyList<T> Samples => _samples;

    internal void Add(T sample)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.AppendAllText(path, JsonSerializer.Serialize(sample, Options) + "\n");
        _samples.Add(sample);
    }
}
