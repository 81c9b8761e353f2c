using System.Collections.Concurrent;
using Hearth.Formats.Gguf;
using Hearth.Inference.Tokenizers;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.Tokenizers;

/// <summary>Tokenizers of real models, read once.</summary>
static class Vocabularies
{
    static readonly ConcurrentDictionary<string, Lazy<Tokenizer>> Read = [];

    /// <summary>The vocabulary of the model that ships.</summary>
    internal static Tokenizer SmolLm2 => Open(SmolLm2File);

    internal static string SmolLm2File { get; } = Repository.At("models", "SmolLM2-135M-Instruct", "SmolLM2-135M-Instruct.Q4_1.gguf");

    /// <summary>A vocabulary beside the project; skips the test where it is absent.</summary>
    internal static Tokenizer Shared(string name) => Open(Repository.Shared("data", "tokenizers", $"{name}.gguf"));

    internal static int[] Encode(this Tokenizer tokenizer, string text, bool parseSpecial = false, char? marker = null)
    {
        var ids = new List<int>();
        tokenizer.Encode(text, parseSpecial, ids, marker);
        return [.. ids];
    }

    /// <summary>The tokenizer of a file.</summary>
    internal static Tokenizer Open(string path) => Read.GetOrAdd(path, p => new(() =>
    {
        using var file = GgufFile.Open(p);
        return Tokenizer.Create(file);
    })).Value;
}
