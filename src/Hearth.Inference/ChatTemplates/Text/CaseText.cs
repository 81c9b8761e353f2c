using System.Globalization;
using System.Text;

namespace Hearth.Inference.ChatTemplates.Text;

/// <summary>Upper, lower and title case by Unicode's full mappings, which the host leaves out: ß becomes SS, a Σ that ends a word becomes ς.</summary>
static class CaseText
{
    /// <summary>Characters whose upper case is several, each followed by it (Unicode SpecialCasing.txt).</summary>
    const string Uppers =
        "\u00dfSS \u0149\u02bcN \u01f0J\u030c \u0390\u0399\u0308\u0301 \u03b0\u03a5\u0308\u0301 \u0587\u0535\u0552 \u1e96H\u0331 "
        + "\u1e97T\u0308 \u1e98W\u030a \u1e99Y\u030a \u1e9aA\u02be \u1f50\u03a5\u0313 \u1f52\u03a5\u0313\u0300 "
        + "\u1f54\u03a5\u0313\u0301 \u1f56\u03a5\u0313\u0342 \u1f80\u1f08\u0399 \u1f81\u1f09\u0399 \u1f82\u1f0a\u0399 "
        + "\u1f83\u1f0b\u0399 \u1f84\u1f0c\u0399 \u1f85\u1f0d\u0399 \u1f86\u1f0e\u0399 \u1f87\u1f0f\u0399 \u1f88\u1f08\u0399 "
        + "\u1f89\u1f09\u0399 \u1f8a\u1f0a\u0399 \u1f8b\u1f0b\u0399 \u1f8c\u1f0c\u0399 \u1f8d\u1f0d\u0399 \u1f8e\u1f0e\u0399 "
        + "\u1f8f\u1f0f\u0399 \u1f90\u1f28\u0399 \u1f91\u1f29\u0399 \u1f92\u1f2a\u0399 \u1f93\u1f2b\u0399 \u1f94\u1f2c\u0399 "
        + "\u1f95\u1f2d\u0399 \u1f96\u1f2e\u0399 \u1f97\u1f2f\u0399 \u1f98\u1f28\u0399 \u1f99\u1f29\u0399 \u1f9a\u1f2a\u0399 "
        + "\u1f9b\u1f2b\u0399 \u1f9c\u1f2c\u0399 \u1f9d\u1f2d\u0399 \u1f9e\u1f2e\u0399 \u1f9f\u1f2f\u0399 \u1fa0\u1f68\u0399 "
        + "\u1fa1\u1f69\u0399 \u1fa2\u1f6a\u0399 \u1fa3\u1f6b\u0399 \u1fa4\u1f6c\u0399 \u1fa5\u1f6d\u0399 \u1fa6\u1f6e\u0399 "
        + "\u1fa7\u1f6f\u0399 \u1fa8\u1f68\u0399 \u1fa9\u1f69\u0399 \u1faa\u1f6a\u0399 \u1fab\u1f6b\u0399 \u1fac\u1f6c\u0399 "
        + "\u1fad\u1f6d\u0399 \u1fae\u1f6e\u0399 \u1faf\u1f6f\u0399 \u1fb2\u1fba\u0399 \u1fb3\u0391\u0399 \u1fb4\u0386\u0399 "
        + "\u1fb6\u0391\u0342 \u1fb7\u0391\u0342\u0399 \u1fbc\u0391\u0399 \u1fc2\u1fca\u0399 \u1fc3\u0397\u0399 \u1fc4\u0389\u0399 "
        + "\u1fc6\u0397\u0342 \u1fc7\u0397\u0342\u0399 \u1fcc\u0397\u0399 \u1fd2\u0399\u0308\u0300 \u1fd3\u0399\u0308\u0301 "
        + "\u1fd6\u0399\u0342 \u1fd7\u0399\u0308\u0342 \u1fe2\u03a5\u0308\u0300 \u1fe3\u03a5\u0308\u0301 \u1fe4\u03a1\u0313 "
        + "\u1fe6\u03a5\u0342 \u1fe7\u03a5\u0308\u0342 \u1ff2\u1ffa\u0399 \u1ff3\u03a9\u0399 \u1ff4\u038f\u0399 \u1ff6\u03a9\u0342 "
        + "\u1ff7\u03a9\u0342\u0399 \u1ffc\u03a9\u0399 \ufb00FF \ufb01FI \ufb02FL \ufb03FFI \ufb04FFL \ufb05ST \ufb06ST "
        + "\ufb13\u0544\u0546 \ufb14\u0544\u0535 \ufb15\u0544\u053b \ufb16\u054e\u0546 \ufb17\u0544\u053d";

    /// <summary>Characters whose title case isn't their upper case, each followed by it.</summary>
    const string Titles =
        "\u00dfSs \u01c4\u01c5 \u01c5\u01c5 \u01c6\u01c5 \u01c7\u01c8 \u01c8\u01c8 \u01c9\u01c8 \u01ca\u01cb \u01cb\u01cb "
        + "\u01cc\u01cb \u01f1\u01f2 \u01f2\u01f2 \u01f3\u01f2 \u0587\u0535\u0582 \u1f80\u1f88 \u1f81\u1f89 \u1f82\u1f8a "
        + "\u1f83\u1f8b \u1f84\u1f8c \u1f85\u1f8d \u1f86\u1f8e \u1f87\u1f8f \u1f88\u1f88 \u1f89\u1f89 \u1f8a\u1f8a \u1f8b\u1f8b "
        + "\u1f8c\u1f8c \u1f8d\u1f8d \u1f8e\u1f8e \u1f8f\u1f8f \u1f90\u1f98 \u1f91\u1f99 \u1f92\u1f9a \u1f93\u1f9b \u1f94\u1f9c "
        + "\u1f95\u1f9d \u1f96\u1f9e \u1f97\u1f9f \u1f98\u1f98 \u1f99\u1f99 \u1f9a\u1f9a \u1f9b\u1f9b \u1f9c\u1f9c \u1f9d\u1f9d "
        + "\u1f9e\u1f9e \u1f9f\u1f9f \u1fa0\u1fa8 \u1fa1\u1fa9 \u1fa2\u1faa \u1fa3\u1fab \u1fa4\u1fac \u1fa5\u1fad \u1fa6\u1fae "
        + "\u1fa7\u1faf \u1fa8\u1fa8 \u1fa9\u1fa9 \u1faa\u1faa \u1fab\u1fab \u1fac\u1fac \u1fad\u1fad \u1fae\u1fae \u1faf\u1faf "
        + "\u1fb2\u1fba\u0345 \u1fb3\u1fbc \u1fb4\u0386\u0345 \u1fb7\u0391\u0342\u0345 \u1fbc\u1fbc \u1fc2\u1fca\u0345 "
        + "\u1fc3\u1fcc \u1fc4\u0389\u0345 \u1fc7\u0397\u0342\u0345 \u1fcc\u1fcc \u1ff2\u1ffa\u0345 \u1ff3\u1ffc "
        + "\u1ff4\u038f\u0345 \u1ff7\u03a9\u0342\u0345 \u1ffc\u1ffc \ufb00Ff \ufb01Fi \ufb02Fl \ufb03Ffi \ufb04Ffl \ufb05St "
        + "\ufb06St \ufb13\u0544\u0576 \ufb14\u0544\u0565 \ufb15\u0544\u056b \ufb16\u054e\u0576 \ufb17\u0544\u056d";

    static readonly Lazy<Dictionary<char, string>> UpperTable = new(() => Table(Uppers));
    static readonly Lazy<Dictionary<char, string>> TitleTable = new(() => Table(Titles));

    internal static string Upper(string text) => Ascii.IsValid(text) ? text.ToUpperInvariant() : Map(text, (_, _, rune, into) => AppendUpper(rune, into));

    internal static string Lower(string text) => Ascii.IsValid(text) ? text.ToLowerInvariant() : Map(text, AppendLower);

    /// <summary>For comparing without case; beyond lower case only ß and final sigma are told apart.</summary>
    internal static string Fold(string text) => Lower(text).Replace("ß", "ss", StringComparison.Ordinal).Replace('ς', 'σ');

    /// <summary>The first character in title case, the rest in lower case.</summary>
    internal static string Capitalize(string text) => Map(text, (all, at, rune, into) =>
    {
        if (at == 0)
            AppendTitle(rune, into);
        else
            AppendLower(all, at, rune, into);
    });

    /// <summary>Python's <c>title</c>: every letter that follows no letter.</summary>
    internal static string Title(string text)
    {
        var afterCased = false;
        return Map(text, (all, at, rune, into) =>
        {
            if (afterCased)
                AppendLower(all, at, rune, into);
            else
                AppendTitle(rune, into);
            afterCased = IsCased(rune);
        });
    }

    internal static string SwapCase(string text) => Map(text, (all, at, rune, into) =>
    {
        if (Rune.IsUpper(rune))
            AppendLower(all, at, rune, into);
        else
            AppendUpper(rune, into);
    });

    /// <summary>There are letters with a case, and all have this one.</summary>
    internal static bool IsUpper(string text) => All(text, UnicodeCategory.UppercaseLetter);

    /// <summary>There are letters with a case, and all have this one.</summary>
    internal static bool IsLower(string text) => All(text, UnicodeCategory.LowercaseLetter);

    /// <summary>Upper and title case start words only, and nothing else does.</summary>
    internal static bool IsTitle(string text)
    {
        var (afterCased, any) = (false, false);
        foreach (var rune in text.EnumerateRunes())
        {
            var startsWord = Rune.GetUnicodeCategory(rune) is UnicodeCategory.UppercaseLetter or UnicodeCategory.TitlecaseLetter;
            if (IsCased(rune) && startsWord == afterCased)
                return false;
            afterCased = IsCased(rune);
            any |= afterCased;
        }

        return any;
    }

    static bool All(string text, UnicodeCategory wanted)
    {
        var any = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsCased(rune))
                continue;
            if (Rune.GetUnicodeCategory(rune) != wanted)
                return false;
            any = true;
        }

        return any;
    }

    static bool IsCased(Rune rune)
        => Rune.GetUnicodeCategory(rune) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter;

    static string Map(string text, Action<string, int, Rune, StringBuilder> append)
    {
        var mapped = new StringBuilder(text.Length);
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            append(text, at, rune, mapped);
            at += rune.Utf16SequenceLength;
        }

        return mapped.ToString();
    }

    static void AppendUpper(Rune rune, StringBuilder into)
    {
        if (rune.IsBmp && !rune.IsAscii && UpperTable.Value.TryGetValue((char)rune.Value, out var several))
            into.Append(several);
        else
            into.Append(Rune.ToUpperInvariant(rune).ToString());
    }

    static void AppendTitle(Rune rune, StringBuilder into)
    {
        // Georgian has capitals, but no word starts with one.
        if (rune.Value is >= 0x10d0 and <= 0x10ff)
            into.Append(rune.ToString());
        else if (rune.IsBmp && !rune.IsAscii && TitleTable.Value.TryGetValue((char)rune.Value, out var title))
            into.Append(title);
        else
            AppendUpper(rune, into);
    }

    static void AppendLower(string text, int at, Rune rune, StringBuilder into)
    {
        if (rune.Value == 'Σ')
            into.Append(EndsWord(text, at) ? 'ς' : 'σ');
        else if (rune.Value == 'İ')
            into.Append("i\u0307");
        else
            into.Append(Rune.ToLowerInvariant(rune).ToString());
    }

    static bool EndsWord(string text, int sigma) => IsCasedBeyond(text, sigma, -1) && !IsCasedBeyond(text, sigma, 1);

    static bool IsCasedBeyond(string text, int from, int step)
    {
        for (var i = from + step; i >= 0 && i < text.Length; i += step)
        {
            var category = char.GetUnicodeCategory(text[i]);
            if (category is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter)
                return true;
            var isIgnored = category is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format
                or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol || text[i] is '\'' or '.' or ':' or '\u00b7' or '\u2019';
            if (!isIgnored)
                return false;
        }

        return false;
    }

    static Dictionary<char, string> Table(string entries)
    {
        var table = new Dictionary<char, string>();
        foreach (var entry in entries.Split(' '))
            table[entry[0]] = entry[1..];
        return table;
    }
}
