using Hearth.Models;

namespace Hearth.Cli.Output;

/// <summary>What the sources of models are called: in options and JSON, and for people.</summary>
static class SourceNames
{
    static readonly Dictionary<ModelSource, (string Word, string Title)> Names = new()
    {
        [ModelSource.BuiltIn] = ("built-in", "built in"),
        [ModelSource.File] = ("file", "file"),
        [ModelSource.Ollama] = ("ollama", "Ollama"),
        [ModelSource.LmStudio] = ("lm-studio", "LM Studio"),
        [ModelSource.HuggingFace] = ("hugging-face", "Hugging Face"),
    };

    /// <summary>As it is typed.</summary>
    internal static string Word(this ModelSource source) => Names[source].Word;

    /// <summary>As people call it.</summary>
    internal static string Title(this ModelSource source) => Names[source].Title;
}
