namespace Hearth.Requests.Chat;

/// <summary>What the text of an answer must be as a whole: the model can write nothing else. What it reasons before is free.</summary>
/// <param name="Kind">The language of the source.</param>
/// <param name="Source">The schema, grammar or expression; what it says that can't be enforced is refused, never ignored.</param>
public sealed record AnswerConstraint(ConstraintKind Kind, PrivateText Source)
{
    /// <summary>Any JSON object.</summary>
    public static AnswerConstraint JsonObject { get; } = new(ConstraintKind.JsonSchema, """{"type": "object"}""");
}

/// <summary>Languages in which answers are described. Append only: the numbers travel between processes.</summary>
public enum ConstraintKind
{
    /// <summary>JSON Schema, draft 2020-12, and drafts 4 to 7 where they differ: https://json-schema.org/draft/2020-12.</summary>
    JsonSchema = 0,

    /// <summary>GBNF, the grammars of llama.cpp, from the rule <c>root</c>.</summary>
    Gbnf = 1,

    /// <summary>A regular expression of ECMA-262 that matches the whole answer; without look-around, word borders and references to groups.</summary>
    Regex = 2,
}
