namespace Hearth.Inference.Tokenizers;

/// <summary>What a token is for, with the numbers of <c>tokenizer.ggml.token_type</c>.</summary>
enum TokenType : byte
{
    /// <summary>Part of text, found by the tokenizer's algorithm.</summary>
    Normal = 1,

    /// <summary>Stands for what the vocabulary cannot express.</summary>
    Unknown = 2,

    /// <summary>Structure: begins and ends turns and texts. Never made from plain text, never shown in answers.</summary>
    Control = 3,

    /// <summary>Added by the model's makers; its text is always taken as a whole.</summary>
    UserDefined = 4,

    /// <summary>Padding of the vocabulary.</summary>
    Unused = 5,

    /// <summary>A single byte.</summary>
    Byte = 6,
}
