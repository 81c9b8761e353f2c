using System.Numerics;
using System.Text;
using Hearth.Inference.Constraints;

namespace Hearth.Tests.Inference.Constraints;

/// <summary>Answers that are drawn from the masks without a model.</summary>
static class BlindWalk
{
    const int MostTokens = 500;

    /// <summary>From this token on, what ends things is taken.</summary>
    const int FreeTokens = 40;

    /// <summary>Bytes that end things, the best first, in turn: a bracket ends no string, and a quote no object.</summary>
    static readonly string[] Endings = ["}]\",:0123456789tfn", "\"}],:0123456789tfn"];

    /// <summary>A complete text, or null where it became too long.</summary>
    internal static string? Write(Node grammar, ConstraintVocabulary vocabulary, Random random)
    {
        var constraint = new Constraint(grammar, vocabulary);
        var text = new List<byte>();
        for (var i = 0; i < MostTokens; i++)
        {
            if (constraint.IsFinished || (i >= FreeTokens && constraint.IsComplete))
                return Encoding.UTF8.GetString([.. text]);
            var allowed = Allowed(constraint);
            Assert.NotEmpty(allowed);
            if (i >= FreeTokens)
            {
                var first = allowed.Min(t => Rank(vocabulary, t, Endings[i % 2]));
                allowed = allowed.FindAll(t => Rank(vocabulary, t, Endings[i % 2]) == first);
            }

            var token = allowed[random.Next(allowed.Count)];
            if (vocabulary.IsEnd(token))
                return Encoding.UTF8.GetString([.. text]);
            Assert.True(constraint.TryAdvance(token), $"The mask allows '{Encoding.UTF8.GetString(vocabulary.Bytes(token).Span)}', the step doesn't.");
            text.AddRange(vocabulary.Bytes(token).Span);
        }

        return null;
    }

    /// <summary>The tokens of the mask.</summary>
    internal static List<int> Allowed(Constraint constraint)
    {
        var mask = constraint.Mask();
        var allowed = new List<int>();
        for (var word = 0; word < mask.Length; word++)
        {
            for (var bits = mask[word]; bits != 0; bits &= bits - 1)
                allowed.Add((word << 6) + BitOperations.TrailingZeroCount(bits));
        }

        return allowed;
    }

    static int Rank(ConstraintVocabulary vocabulary, int token, string endings)
    {
        if (vocabulary.IsEnd(token))
            return -1;
        var bytes = vocabulary.Bytes(token).Span;
        return bytes.Length == 1 && endings.IndexOf((char)bytes[0]) is >= 0 and var rank ? rank : endings.Length;
    }
}
