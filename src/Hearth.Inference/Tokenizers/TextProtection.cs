using System.Text;

namespace Hearth.Inference.Tokenizers;

/// <summary>Keeps texts of users from becoming control tokens when a template puts its own text around them.</summary>
/// <remarks>
/// A marker, which stands in no text and no token, goes behind the first character of every name of a control token in the text; and to either end where the text ends with the
/// beginning of a name, or begins with the end of one, so that the text beside it cannot complete the name. White space at the ends does not count, for
/// templates trim it. A text that is the middle of a name, such as a role, is left alone: templates do put such words into names.
/// </remarks>
sealed class TextProtection
{
    readonly Func<int, bool> _isStructure;
    readonly SpecialTokenTrie _specials;
    readonly NameTrie _names = new(), _reversed = new();

    internal TextProtection(Vocabulary vocabulary, SpecialTokenTrie specials, Func<int, bool> isStructure)
    {
        (_specials, _isStructure) = (specials, isStructure);
        for (var id = 0; id < vocabulary.Count; id++)
        {
            if (!isStructure(id))
                continue;
            var name = Encoding.UTF8.GetString(vocabulary.Bytes(id));
            _names.Add(name);
            _reversed.Add(name.Reverse());
        }
    }

    /// <summary>The text with markers.</summary>
    internal string Protect(string text, char marker)
    {
        var content = text.AsSpan().Trim();
        if (content.IsEmpty)
            return text;
        var start = text.Length - text.AsSpan().TrimStart().Length;
        var result = new StringBuilder().Append(text, 0, start);
        if (BeginsWithEnd(content))
            result.Append(marker);
        MarkNames(content, marker, result);
        if (EndsWithBeginning(content))
            result.Append(marker);
        return result.Append(text, start + content.Length, text.Length - start - content.Length).ToString();
    }

    void MarkNames(ReadOnlySpan<char> text, char marker, StringBuilder into)
    {
        while (!text.IsEmpty)
        {
            var special = _specials.Find(text, withControl: true, marker: null, out var start, out var length);
            // User-defined tokens are words of the language: they count in texts of users too, unless they end a turn.
            var breaks = special >= 0 && _isStructure(special);
            var end = start + (breaks ? 1 : length);
            into.Append(text[..end]);
            if (breaks)
                into.Append(marker);
            text = text[end..];
        }
    }

    bool EndsWithBeginning(ReadOnlySpan<char> text)
    {
        for (var start = Math.Max(text.Length - _names.Longest, 0); start < text.Length; start++)
        {
            var (node, at) = (NameTrie.Root, start);
            while (at < text.Length && _names.TryStep(ref node, text[at]))
                at++;
            if (at == text.Length)
                return true;
        }

        return false;
    }

    bool BeginsWithEnd(ReadOnlySpan<char> text)
    {
        for (var end = Math.Min(text.Length, _reversed.Longest); end > 0; end--)
        {
            var (node, at) = (NameTrie.Root, end - 1);
            while (at >= 0 && _reversed.TryStep(ref node, text[at]))
                at--;
            if (at < 0)
                return true;
        }

        return false;
    }
}
