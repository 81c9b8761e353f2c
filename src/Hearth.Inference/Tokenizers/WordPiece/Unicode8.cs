using System.Globalization;
using System.Text;

namespace Hearth.Inference.Tokenizers.WordPiece;

/// <summary>The classes of characters as the published BERT tokenizers know them: those of Unicode 8.</summary>
/// <remarks>What came later is neither punctuation nor a mark nor a control to them, and the ids of models depend on it.</remarks>
static class Unicode8
{
    // Punctuation, non-spacing marks and format characters that came later, with whatever lies between and is none of these.
    static readonly (int First, int Last)[] Later =
    [
        (0x61D, 0x61D), (0x7FD, 0x7FD), (0x890, 0x8E2), (0x9FD, 0x9FE), (0xA76, 0xA76), (0xAFA, 0xAFF), (0xB55, 0xB55), (0xC04, 0xC3C), (0xC77, 0xC77),
        (0xC84, 0xC84), (0xD00, 0xD00), (0xD3B, 0xD3C), (0xD81, 0xD81), (0xEBA, 0xEBA), (0xECE, 0xECE), (0x180F, 0x1886), (0x1ABF, 0x1ACE),
        (0x1B4E, 0x1B4F), (0x1B7D, 0x1B7F), (0x1DF6, 0x1DFB), (0x2E43, 0x2E5D), (0xA82C, 0xA82C), (0xA8C5, 0xA8C5), (0xA8FF, 0xA8FF), (0xA9BD, 0xA9BD),
        (0x10D24, 0x10F89), (0x11070, 0x11074), (0x110C2, 0x110CD), (0x111C9, 0x111C9), (0x111CF, 0x111CF), (0x1123E, 0x11241), (0x1133B, 0x1133B),
        (0x113BB, 0x1145E), (0x11660, 0x1166C), (0x116B9, 0x116B9), (0x1182F, 0x11FFF), (0x12FF1, 0x1612F), (0x16D6D, 0x16F4F), (0x16FE2, 0x16FE4),
        (0x1CF00, 0x1CF46), (0x1E000, 0x1E5FF), (0x1E944, 0x1E95F),
    ];

    /// <summary>A control, format or private character.</summary>
    internal static bool IsControl(Rune rune)
        => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse && Knows(rune);

    /// <summary>A non-spacing mark; two of them have another category today.</summary>
    internal static bool IsMark(Rune rune)
        => (Rune.GetUnicodeCategory(rune) == UnicodeCategory.NonSpacingMark && Knows(rune)) || rune.Value is 0x1734 or 0x1171E;

    /// <summary>Punctuation, with all the signs of ASCII; two characters have another category today.</summary>
    internal static bool IsPunctuation(Rune rune)
        => rune.IsAscii
            ? char.IsPunctuation((char)rune.Value) || char.IsSymbol((char)rune.Value)
            : (Rune.GetUnicodeCategory(rune) is >= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherPunctuation && Knows(rune))
                || rune.Value is 0x166D or 0x111C9;

    static bool Knows(Rune rune)
    {
        foreach (var (first, last) in Later)
        {
            if (rune.Value <= last)
                return rune.Value < first;
        }

        return true;
    }
}
