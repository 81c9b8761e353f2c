namespace Hearth.Inference.Tokenizers.PreTokenizers;

/// <summary>What expressions name as <c>\p{…}</c>: general categories, groups of them by their first letter, and the script Han.</summary>
static class UnicodeProperties
{
    // In the order of UnicodeCategory.
    static readonly string[] CategoryNames =
    [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co",
        "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Cn",
    ];

    // Unicode 16, Scripts.txt.
    static readonly (int First, int Last)[] Han =
    [
        (0x2E80, 0x2E99), (0x2E9B, 0x2EF3), (0x2F00, 0x2FD5), (0x3005, 0x3005), (0x3007, 0x3007), (0x3021, 0x3029), (0x3038, 0x303B), (0x3400, 0x4DBF),
        (0x4E00, 0x9FFF), (0xF900, 0xFA6D), (0xFA70, 0xFAD9), (0x16FE2, 0x16FE3), (0x16FF0, 0x16FF1), (0x20000, 0x2A6DF), (0x2A700, 0x2B739),
        (0x2B740, 0x2B81D), (0x2B820, 0x2CEA1), (0x2CEB0, 0x2EBE0), (0x2EBF0, 0x2EE5D), (0x2F800, 0x2FA1D), (0x30000, 0x3134A), (0x31350, 0x323AF),
    ];

    /// <summary>A bit for each category that begins with this name.</summary>
    internal static uint Categories(string name)
    {
        var bits = 0u;
        for (var i = 0; i < CategoryNames.Length; i++)
        {
            if (CategoryNames[i].StartsWith(name, StringComparison.Ordinal))
                bits |= 1u << i;
        }

        return bits != 0 || name == "Han" ? bits : throw new ArgumentException($"No category is called {name}.", nameof(name));
    }

    /// <summary>The ranges of a script.</summary>
    internal static (int First, int Last)[] Ranges(string name) => name == "Han" ? Han : [];

    /// <summary>A set of the categories that begin with these names.</summary>
    internal static CharacterSet Set(params IEnumerable<string> names) => new(names.Aggregate(0u, (bits, name) => bits | Categories(name)), false, []);
}
