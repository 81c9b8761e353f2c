using Hearth.Formats.Gguf;

namespace Hearth.Inference.Tokenizers.PreTokenizers;

/// <summary>How a family of models prepares texts before merging.</summary>
/// <param name="Stages">Splits texts into words, one stage after another.</param>
/// <param name="WholeWords">True: a word that is in the vocabulary is taken without merging.</param>
/// <param name="AddBos">Whether texts begin with the token for it where the file does not say.</param>
/// <param name="AddSeparator">Whether texts for an encoder end with the separator where the file does not say.</param>
/// <param name="Compose">True: texts are normalised to NFC first, as the published tokenizers of these models do and no file says.</param>
sealed record PreTokenizer(IReadOnlyList<ISplitStage> Stages, bool WholeWords = false, bool AddBos = false, bool AddSeparator = false, bool Compose = false)
{
    /// <summary>Files of these architectures name no other one, whatever they say: Ollama's converter wrote "default".</summary>
    static readonly Dictionary<string, string> OfArchitectures = new() { ["gptoss"] = "gpt-4o", ["lfm2"] = "lfm2" };

    /// <summary>The one that a file names, or that its architecture or vocabulary tells where it names none; otherwise the default one, with a warning where nothing is named.</summary>
    internal static PreTokenizer Choose(GgufMetadata metadata, Vocabulary vocabulary, out string? warning)
    {
        warning = null;
        metadata.TryGetString("tokenizer.ggml.pre", out var name);
        if (name is null or "" or "default" && Tell(metadata, vocabulary) is { } told)
            return PreTokenizerTable.ByName[told];
        if (name is not null)
            return Names.Find(PreTokenizerTable.ByName, name, "The pre-tokenizer");
        warning = "The file does not name its pre-tokenizer (tokenizer.ggml.pre): texts are split by the default rules, which may lower the quality of answers.";
        return PreTokenizerTable.Default;
    }

    static string? Tell(GgufMetadata metadata, Vocabulary vocabulary)
    {
        const int llama3End = 128_009;
        if (metadata.TryGetString("general.architecture", out var architecture) && OfArchitectures.TryGetValue(architecture, out var known))
            return known;
        // The first files of Llama 3 are older than the key.
        return vocabulary.Count > llama3End && vocabulary.Bytes(llama3End).SequenceEqual("<|eot_id|>"u8) ? "llama-bpe" : null;
    }

    /// <summary>Splits a text that is not empty into words.</summary>
    internal void Split(ReadOnlySpan<char> text, IWordSink words)
    {
        for (var i = Stages.Count - 1; i > 0; i--)
            words = new Stage(Stages[i], words);
        Stages[0].Split(text, words);
    }

    /// <summary>Pieces of one stage go into the next.</summary>
    sealed class Stage(ISplitStage stage, IWordSink next) : IWordSink
    {
        public void Add(ReadOnlySpan<char> word) => stage.Split(word, next);
    }
}
