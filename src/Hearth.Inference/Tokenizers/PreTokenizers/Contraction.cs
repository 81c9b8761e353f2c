namespace Hearth.Inference.Tokenizers.PreTokenizers;

/// <summary>English contractions: 's 't 're 've 'm 'll 'd.</summary>
static class Contraction
{
    /// <summary>The length of the contraction at the start of a text, or 0.</summary>
    /// <param name="text">The text.</param>
    /// <param name="anyCase">True: capitals too, and ſ, which is an s regardless of case.</param>
    internal static int Length(ReadOnlySpan<char> text, bool anyCase)
    {
        if (text.Length < 2 || text[0] != '\'')
            return 0;
        return (Fold(text[1], anyCase), text.Length > 2 ? Fold(text[2], anyCase) : '\0') switch
        {
            ('s' or 't' or 'm' or 'd', _) => 2,
            ('r' or 'v', 'e') or ('l', 'l') => 3,
            _ => 0,
        };
    }

    static char Fold(char c, bool anyCase) => c switch
    {
        >= 'A' and <= 'Z' when anyCase => (char)(c + ('a' - 'A')),
        'ſ' when anyCase => 's',
        _ => c,
    };
}
