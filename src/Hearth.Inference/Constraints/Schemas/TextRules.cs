using Hearth.Inference.Constraints.Automata;
using Hearth.Inference.Constraints.Texts;

namespace Hearth.Inference.Constraints.Schemas;

/// <summary>From what facts say of a text to an automaton.</summary>
static class TextRules
{
    /// <summary>Patterns that one automaton tells apart.</summary>
    internal const int MostPatterns = 62;

    /// <summary>The texts of facts, or null where there are none.</summary>
    internal static Automaton? Automaton(Facts facts)
    {
        if (facts.MostLength < facts.LeastLength)
            return null;
        if (facts.Patterns.Count == 0)
            return facts is { LeastLength: 0, MostLength: null } ? JsonText.Any : new JsonText(facts.LeastLength, facts.MostLength);
        var language = Language([facts]);
        return language.IsEmpty ? null : new JsonTextOf(language);
    }

    /// <summary>True where no text fulfils both.</summary>
    internal static bool AreApart(Facts one, Facts other) => Language([one, other]).IsEmpty;

    /// <summary>The texts that fulfil all of some facts.</summary>
    static TextLanguage Language(IReadOnlyList<Facts> all)
    {
        var from = all.First(f => f.Patterns.Count > 0).From;
        var patterns = new TextPatterns(from.Budget);
        patterns.AddAnything(0);
        var number = 0;
        foreach (var (expression, at) in all.SelectMany(f => f.Patterns))
        {
            if (++number > MostPatterns)
                throw new SchemaException("pattern", at.Path, $"is one of more than {MostPatterns} for one value");
            Parts.Add(patterns, expression, number, "pattern", at);
            from = at;
        }

        var wanted = (1UL << (number + 1)) - 1;
        try
        {
            return patterns.Build(matches => matches == wanted ? 0 : -1, all.Max(f => f.LeastLength), all.Min(f => f.MostLength));
        }
        catch (NotSupportedException e)
        {
            throw new SchemaException("pattern", from.Path, $"can't be enforced: {e.Message}");
        }
    }
}
