using Hearth.Requests;

namespace Hearth.Inference.Tokenizers;

/// <summary>Errors about the tokenizer of a model file.</summary>
static class ModelError
{
    /// <summary>The vocabulary contradicts itself.</summary>
    internal static EngineException Invalid(string found, string expected, Exception? inner = null)
        => new(FailureCode.InvalidModel, found, expected, "Fetch the file again and compare its checksum, or choose another conversion of this model.", inner);

    /// <summary>The vocabulary is of a kind that this engine cannot use.</summary>
    internal static EngineException Unsupported(string found, string expected)
        => new(FailureCode.UnsupportedModel, found, expected, "Choose another model, or a newer version of Hearth.");
}
