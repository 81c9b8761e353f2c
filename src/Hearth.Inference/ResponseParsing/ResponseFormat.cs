using Hearth.Inference.ResponseParsing.Syntax;

namespace Hearth.Inference.ResponseParsing;

/// <summary>How a family of models writes its answers.</summary>
/// <param name="Name">The family.</param>
sealed record ResponseFormat(string Name)
{
    /// <summary>How it reasons, or null where it does not.</summary>
    internal ReasoningTags? Reasoning { get; init; }

    /// <summary>How it writes calls; empty where it does not, or in a way that is not known.</summary>
    internal IReadOnlyList<CallBlock> Calls { get; init; } = [];

    /// <summary>True: answers are messages with a header each, as gpt-oss writes them.</summary>
    internal bool IsHarmony { get; init; }

    /// <summary>True where calls can be read.</summary>
    internal bool HasCalls => IsHarmony || Calls.Count > 0;

    /// <summary>What stands before a call that is written as JSON; empty where the family writes none so.</summary>
    internal string CallOpening => Calls.FirstOrDefault(b => b.Items[0] is JsonCalls)?.Open ?? "";

    /// <summary>Texts that tell the family's chat templates: one of these lists stands in a template as a whole.</summary>
    internal IReadOnlyList<IReadOnlyList<string>> Signs { get; init; } = [];

    /// <summary>Texts whose control tokens the parser must see; they are invisible otherwise.</summary>
    internal IEnumerable<string> Markers => IsHarmony ? HarmonyParser.Markers
        : [.. Reasoning is { } tags ? (string[])[tags.Open, tags.Close, .. tags.AnswerMarkers] : [], .. Calls.SelectMany(b => b.Markers)];

    /// <summary>A parser for one answer.</summary>
    /// <param name="tools">What the model may call; nothing is read as a call where there are none.</param>
    /// <param name="prompt">The rendered prompt, whose end tells whether reasoning has begun.</param>
    internal IResponseParser NewParser(OfferedTools tools, string prompt)
        => IsHarmony ? new HarmonyParser(tools)
            : Reasoning is null && (tools.Count == 0 || Calls.Count == 0) ? new PlainParser()
            : new MarkupParser(this, tools, Reasoning?.AreOpenAtEndOf(prompt) == true);
}
