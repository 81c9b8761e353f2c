using System.Text.Json;
using Hearth.Inference.Constraints.Automata;
using Hearth.Inference.Constraints.Grammars;
using Hearth.Inference.Constraints.Schemas;
using Hearth.Inference.Constraints.Texts;
using Hearth.Requests;
using Hearth.Requests.Chat;

namespace Hearth.Inference.Constraints;

/// <summary>From what a request says of its answer to a <see cref="Constraint"/>.</summary>
static class ConstraintCompiler
{
    static readonly Dictionary<ConstraintKind, Func<string, CompileBudget, Node>> Languages = new()
    {
        [ConstraintKind.JsonSchema] = Schema,
        [ConstraintKind.Gbnf] = Grammar,
        [ConstraintKind.Regex] = Expression,
    };

    /// <summary>The grammar of a constraint.</summary>
    /// <exception cref="EngineException"><see cref="FailureCode.InvalidRequest"/>: it is wrong, or can't be enforced; the message says where.</exception>
    internal static Node Compile(AnswerConstraint constraint, CompileBudget? budget = null)
        => Languages.TryGetValue(constraint.Kind, out var language)
            ? language(constraint.Source.Reveal(), budget ?? new())
            : throw new EngineException(FailureCode.InvalidRequest, $"The constraint is of kind {(int)constraint.Kind}.", $"one of {string.Join(", ", Languages.Keys)}", "Take one of them.");

    static Node Grammar(string source, CompileBudget budget)
    {
        try
        {
            return GrammarCompiler.Compile(source, budget);
        }
        catch (GrammarException e)
        {
            throw new EngineException(FailureCode.InvalidRequest, e.Message, "a GBNF grammar", "Correct it there.", e);
        }
    }

    static Lexeme Expression(string source, CompileBudget budget)
    {
        try
        {
            var patterns = new TextPatterns(budget);
            patterns.AddWhole(RegexParser.Parse(source, budget), 0);
            var texts = new RawTextOf(patterns.Build(matches => matches == 0 ? -1 : 0));
            return texts.IsEmpty
                ? throw new EngineException(FailureCode.InvalidRequest, "No text matches the regular expression.", "one that some text matches", "Correct it.")
                : new(texts, Node.Return);
        }
        catch (NotSupportedException e)
        {
            throw new EngineException(FailureCode.InvalidRequest, $"The regular expression can't be enforced: {e.Message}.", "an expression of ECMA-262 without that", "Write it otherwise.", e);
        }
    }

    static Node Schema(string source, CompileBudget budget)
    {
        try
        {
            using var document = JsonDocument.Parse(source);
            return SchemaCompiler.Compile(document.RootElement.Clone(), budget);
        }
        catch (JsonException e)
        {
            // The cause would show the text.
            throw new EngineException(FailureCode.InvalidRequest, $"The schema is not JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine}.", "a JSON Schema", "Correct it.");
        }
    }
}
