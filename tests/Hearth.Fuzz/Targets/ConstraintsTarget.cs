using System.Numerics;
using System.Text;
using System.Text.Json;
using Hearth.Inference.Constraints;
using Hearth.Requests;
using Hearth.Requests.Chat;

namespace Hearth.Fuzz.Targets;

/// <summary>
/// Compiles the input as a schema, a grammar or a regular expression, and writes an answer by its masks. The first byte chooses the language, the second
/// which tokens are taken.
/// </summary>
static class ConstraintsTarget
{
    /// <summary>Small, since the limits of memory and time hold for slow, instrumented code.</summary>
    const long Work = 50_000;

    const int MostTokens = 24;

    static readonly ConstraintKind[] Kinds = Enum.GetValues<ConstraintKind>();

    static readonly string[] Words =
    [
        "{\"", "\":", "\": ", "\",", ", \"", "\"}", "}}", "]}", "[{", "[]", "{}", "true", "null", "false", "\\n", "\\u00", "10", "0.", "e+", "-1", "  ", "\n  ", "aa", "ab", "é", "\"a\": \"", "😀",
    ];

    /// <summary>All bytes, some words whose parts belong to several parts of a text, and the end.</summary>
    static readonly ConstraintVocabulary Vocabulary = new(
        [.. Enumerable.Range(0, 256).Select(b => (ReadOnlyMemory<byte>)new[] { (byte)b }), .. Words.Select(w => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(w)), default], [256 + Words.Length]);

    internal static void Run(ReadOnlySpan<byte> input)
    {
        if (input.Length < 2)
            return;
        var kind = Kinds[input[0] % Kinds.Length];
        try
        {
            Write(kind, ConstraintCompiler.Compile(new(kind, Encoding.UTF8.GetString(input[2..])), new(Work)), input[1]);
        }
        catch (EngineException e)
        {
            FuzzFinding.Unless(e.Code == FailureCode.InvalidRequest, "a constraint that can't be enforced is the fault of its author");
        }
    }

    static void Write(ConstraintKind kind, Node grammar, byte choice)
    {
        var constraint = new Constraint(grammar, Vocabulary);
        var text = new List<byte>();
        for (var i = 0; i < MostTokens && !constraint.IsFinished; i++)
        {
            var mask = constraint.Mask().ToArray();
            FuzzFinding.Unless(mask.Any(word => word != 0), "an answer can always go on, or is finished");
            var token = Pick(mask, choice + (i * 31));
            FuzzFinding.Unless(constraint.TryAdvance(token), "what the mask allows is a step");
            if (Vocabulary.IsEnd(token))
                break;
            text.AddRange(Vocabulary.Bytes(token).Span);
            // One of those that the mask leaves out.
            var other = (choice + i) % 256;
            var mayCome = (constraint.Mask()[other >> 6] >> other & 1) != 0;
            FuzzFinding.Unless(mayCome || !constraint.TryAdvance(other), "what the mask leaves out is no step");
        }

        // The end is the last token: where it is the first of a mask, it is the only one.
        FuzzFinding.Unless(!constraint.IsFinished || Vocabulary.IsEnd(Pick(constraint.Mask().ToArray(), 0)), "nothing follows what is finished");
        if (constraint.IsComplete && kind == ConstraintKind.JsonSchema)
            FuzzFinding.Unless(IsJson([.. text]), "a complete answer to a schema is JSON");
    }

    /// <summary>One of the tokens of a mask.</summary>
    static int Pick(ulong[] mask, int choice)
    {
        var left = choice % mask.Sum(word => BitOperations.PopCount(word));
        for (var token = 0; ; token++)
        {
            if ((mask[token >> 6] >> token & 1) != 0 && left-- == 0)
                return token;
        }
    }

    static bool IsJson(byte[] text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
