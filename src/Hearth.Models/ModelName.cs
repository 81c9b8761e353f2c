using System.Text;

namespace Hearth.Models;

/// <summary>What a model may be called: letters, digits and <c>. _ - : / @ +</c>, beginning with a letter or digit, at most 128 characters.</summary>
/// <remarks>No space and no control character: a name goes onto command lines and terminals as it is. Upper and lower case are the same.</remarks>
public static class ModelName
{
    const int MaxLength = 128;
    const string Punctuation = "._-:/@+";

    /// <summary>The rule in words.</summary>
    public const string Rule = "letters, digits and . _ - : / @ +, beginning with a letter or a digit, at most 128 characters";

    /// <summary>Whether a text can be a name.</summary>
    public static bool IsValid(string? text)
        => text is { Length: > 0 and <= MaxLength } && char.IsLetterOrDigit(text[0]) && text.All(IsAllowed) && !text.Contains("..", StringComparison.Ordinal);

    /// <summary>The nearest name to a text such as that of a file: what is not allowed becomes a dash.</summary>
    /// <returns>A valid name; <c>model</c> where nothing is left.</returns>
    public static string From(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var name = new StringBuilder();
        foreach (var c in text)
        {
            var next = IsAllowed(c) ? c : '-';
            if (name.Length == 0 ? char.IsLetterOrDigit(next) : !(next is '-' or '.' && name[^1] == next))
                name.Append(next);
        }

        var valid = name.ToString(0, Math.Min(name.Length, MaxLength)).TrimEnd('-', '.', '/', ':');
        return valid.Length > 0 ? valid : "model";
    }

    static bool IsAllowed(char c) => char.IsLetterOrDigit(c) || Punctuation.Contains(c);
}
