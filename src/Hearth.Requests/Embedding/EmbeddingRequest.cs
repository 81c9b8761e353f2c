using Hearth.Requests.Chat;

namespace Hearth.Requests.Embedding;

/// <summary>How the vectors of a text's tokens become one. Append only: the numbers travel between processes.</summary>
public enum PoolingType
{
    /// <summary>As the model's file says.</summary>
    Model = 0,

    /// <summary>Not at all: the vector of every token, after the last norm.</summary>
    None = 1,

    /// <summary>Their mean.</summary>
    Mean = 2,

    /// <summary>The first one, which encoders train for this.</summary>
    Cls = 3,

    /// <summary>The last one.</summary>
    Last = 4,
}

/// <summary>Texts that are to become vectors.</summary>
/// <param name="Inputs">
/// At least one <see cref="TextPrompt"/>, which gets the tokens for beginning and end that the model wants, or <see cref="TokenPrompt"/>, which is taken as it is.
/// </param>
public sealed record EmbeddingRequest(IReadOnlyList<Prompt> Inputs)
{
    /// <summary>How the vectors of tokens become one.</summary>
    public PoolingType Pooling { get; init; }

    /// <summary>True: a pooled vector is divided by its length, so that dot products are cosines. Vectors of tokens are left as they are.</summary>
    public bool Normalize { get; init; } = true;

    /// <summary>Only so many numbers from the beginning of each vector, for models that were trained so (Kusupati et al., Matryoshka): 1 to
    /// <see cref="Models.LoadedModel.EmbeddingLength"/>; null for all.</summary>
    public int? Dimensions { get; init; }

    /// <summary>
    /// Tokens of a text at most, those for its beginning and end included: 2 to <see cref="Models.LoadedModel.ContextLength"/>. A longer text is cut, and its item
    /// says so; longer token ids are refused. Null takes <see cref="Models.LoadedModel.EmbeddingTokens"/>.
    /// </summary>
    public int? MaxTokens { get; init; }

    /// <summary>How many inputs there are, never their texts.</summary>
    public override string ToString() => $"{Inputs.Count} inputs";
}

/// <summary>One vector.</summary>
/// <param name="Input">Which input it belongs to, from 0; inputs come in order.</param>
/// <param name="Row">Which of the input's vectors it is: the position of its token, or 0 for a pooled one.</param>
/// <param name="Vector">The numbers.</param>
/// <param name="Tokens">Tokens of the input that were computed.</param>
/// <param name="TokensGiven">Tokens that the input has; more than were computed where it was cut.</param>
public sealed record EmbeddingItem(int Input, int Row, float[] Vector, int Tokens, int TokensGiven);
