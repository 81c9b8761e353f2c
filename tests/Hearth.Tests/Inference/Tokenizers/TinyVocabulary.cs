using Hearth.Inference.Tokenizers;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.Tokenizers;

/// <summary>A vocabulary of a few tokens in a GGUF file, right or wrong.</summary>
sealed record TinyVocabulary
{
    internal static readonly TinyVocabulary Right = new();

    internal object[] Tokens { get; init; } = ["a", "b", "c", "ab", "abc", "Ġ", "Ġa", "<|im_end|>", "<think>", "<s>", "Ã", "©"];

    internal int[]? Types { get; init; } = [1, 1, 1, 1, 1, 1, 1, 3, 4, 3, 1, 1];

    internal string[]? Merges { get; init; } = ["a b", "Ġ a", "ab c"];

    internal string? Model { get; init; } = "gpt2";

    internal string? Pre { get; init; } = "gpt-2";

    /// <summary><c>general.name</c>.</summary>
    internal string? Name { get; init; }

    internal Dictionary<string, object> More { get; init; } = [];

    /// <summary>The same with another value of a key.</summary>
    internal TinyVocabulary With(string key, object value) => this with { More = new(More) { [key] = value } };

    internal Tokenizer Open()
    {
        using var file = GgufBuilder.Open(Build());
        return Tokenizer.Create(file);
    }

    /// <summary>The file.</summary>
    internal byte[] Build()
    {
        var builder = new GgufBuilder();
        void Add(string key, object? value)
        {
            if (value is not null)
                builder.Entry($"tokenizer.ggml.{key}", value);
        }

        if (Name is not null)
            builder.Entry("general.name", Name);
        Add("model", Model);
        Add("pre", Pre);
        Add("tokens", Tokens.Select(t => t as byte[] ?? System.Text.Encoding.UTF8.GetBytes((string)t)).ToArray());
        Add("token_type", Types);
        Add("merges", Merges);
        foreach (var (key, value) in More)
            Add(key, value);
        return builder.Build();
    }
}
