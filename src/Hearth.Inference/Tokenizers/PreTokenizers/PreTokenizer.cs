namespace Hearth.Inference.Tokenizers.PreTokenizers;

/// <summary>The length of the first word of a text that is not empty, in a time that grows with that length.</summary>
delegate int Splitter(ReadOnlySpan<char> text);

/// <summary>How a family of models splits texts into words before merging.</summary>
/// <param name="Next">Splits off the first word.</param>
/// <param name="WholeWords">True: a word that is in the vocabulary is taken without merging.</param>
/// <param name="AddBos">Whether texts begin with the token for it where the file does not say.</param>
sealed record PreTokenizer(Splitter Next, bool WholeWords = false, bool AddBos = false)
{
    static readonly PreTokenizer Gpt2 = new(Gpt2Splitter.Next);
    static readonly PreTokenizer SmolLm = new(Gpt2Splitter.NextWithNumbersApart);
    static readonly PreTokenizer Llama3 = new(Llama3Splitter.Next, WholeWords: true, AddBos: true);
    static readonly PreTokenizer Qwen2 = new(Llama3Splitter.NextWithNumbersAlone);

    /// <summary>What applies where the file does not say.</summary>
    internal static PreTokenizer Default { get; } = new(DefaultSplitter.Next);

    /// <summary>By the names of <c>tokenizer.ggml.pre</c>.</summary>
    internal static IReadOnlyDictionary<string, PreTokenizer> ByName { get; } = new Dictionary<string, PreTokenizer>(StringComparer.Ordinal)
    {
        ["default"] = Default,
        ["gpt-2"] = Gpt2,
        ["phi-2"] = Gpt2,
        ["mpt"] = Gpt2,
        ["olmo"] = Gpt2,
        ["jais"] = Gpt2,
        ["exaone4"] = Gpt2,
        ["gigachat"] = Gpt2,
        ["mellum"] = Gpt2,
        ["modern-bert"] = Gpt2,
        ["roberta-bpe"] = Gpt2,
        ["jina-v2-code"] = Gpt2,
        ["smollm"] = SmolLm,
        ["starcoder"] = SmolLm,
        ["refact"] = SmolLm,
        ["command-r"] = SmolLm,
        ["codeshell"] = SmolLm,
        ["exaone"] = SmolLm,
        ["minerva-7b"] = SmolLm,
        ["llama3"] = Llama3,
        ["llama-v3"] = Llama3,
        ["llama-bpe"] = Llama3,
        ["falcon3"] = Llama3,
        ["falcon-h1"] = Llama3,
        ["pixtral"] = Llama3,
        ["lfm2"] = Llama3,
        ["dbrx"] = Llama3 with { WholeWords = false, AddBos = false },
        ["smaug-bpe"] = Llama3 with { WholeWords = false, AddBos = false },
        ["qwen2"] = Qwen2,
        ["deepseek-r1-qwen"] = Qwen2,
        ["megrez"] = Qwen2,
        ["stablelm2"] = Qwen2,
    };
}
