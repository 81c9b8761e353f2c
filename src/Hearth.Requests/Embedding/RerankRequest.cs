using Hearth.Requests.Chat;

namespace Hearth.Requests.Embedding;

/// <summary>Documents to be judged by how well they answer a query.</summary>
/// <param name="Query">A <see cref="TextPrompt"/>, or a <see cref="TokenPrompt"/> for encoders.</param>
/// <param name="Documents">At least one, of the same kinds.</param>
public sealed record RerankRequest(Prompt Query, IReadOnlyList<Prompt> Documents)
{
    /// <summary>
    /// Tokens of query and document together at most, those around them included: 8 to <see cref="Models.LoadedModel.ContextLength"/>, which null takes. A
    /// document that is too long for an encoder is cut, and its item says so; a causal model, whose template stands around both, refuses it.
    /// </summary>
    public int? MaxTokens { get; init; }

    /// <summary>How many documents there are, never their texts.</summary>
    public override string ToString() => $"{Documents.Count} documents";
}

/// <summary>How well a document fits.</summary>
/// <param name="Document">Which one, from 0; documents come in order.</param>
/// <param name="Score">What the model's classifier gives: of one label the plain number, of yes and no the probability of yes. Comparable within a model only.</param>
/// <param name="Tokens">Tokens of query and document that were computed.</param>
/// <param name="TokensGiven">Tokens that they have; more than were computed where the document was cut.</param>
public sealed record RerankItem(int Document, float Score, int Tokens, int TokensGiven);
