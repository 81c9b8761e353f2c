namespace Hearth.Inference.ResponseParsing.Syntax;

/// <summary>How a family of models writes values: as JSON, or nearly.</summary>
/// <param name="Quotes">The characters that begin and end a text with escapes in it.</param>
sealed record LiteralDialect(string Quotes)
{
    /// <summary>RFC 8259; control characters inside texts are tolerated, since models write them.</summary>
    internal static readonly LiteralDialect Json = new("\"");

    /// <summary>Python's literals, and JSON's true, false and null, which models mix in.</summary>
    internal static readonly LiteralDialect Python = new("\"'")
    {
        HasTuples = true,
        HasPythonEscapes = true,
        HasLongTexts = true,
        Words = new Dictionary<string, string>(JsonWords) { ["True"] = "true", ["False"] = "false", ["None"] = "null" },
    };

    /// <summary>Gemma: keys without quotes, texts between fences, and inside them everything is literal.</summary>
    internal static LiteralDialect Gemma(string fence) => new("\"") { Fence = fence, HasBareText = true };

    static Dictionary<string, string> JsonWords => new() { ["true"] = "true", ["false"] = "false", ["null"] = "null" };

    /// <summary>What words mean in JSON.</summary>
    internal IReadOnlyDictionary<string, string> Words { get; private init; } = JsonWords;

    /// <summary>A string that begins and ends texts without escapes, or null.</summary>
    internal string? Fence { get; private init; }

    /// <summary>Keys, and texts up to the next comma or bracket, may come without quotes.</summary>
    internal bool HasBareText { get; private init; }

    /// <summary>(a, b) is a list, and a comma may stand before a closing bracket.</summary>
    internal bool HasTuples { get; private init; }

    /// <summary>\' and \xhh are escapes, and an unknown one stands for itself.</summary>
    internal bool HasPythonEscapes { get; private init; }

    /// <summary>A text may begin and end with three quotes.</summary>
    internal bool HasLongTexts { get; private init; }

    /// <summary>The bracket that closes a list, or null where no list begins.</summary>
    internal char? ListEnd(char open) => open switch
    {
        '[' => ']',
        '(' when HasTuples => ')',
        _ => null,
    };
}
