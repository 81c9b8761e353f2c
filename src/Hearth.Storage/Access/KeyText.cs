using System.Text;
using Hearth.Requests.Models;

namespace Hearth.Storage.Access;

/// <summary>What can be said of a text before anything is looked up.</summary>
enum KeyForm
{
    /// <summary>It does not begin as a key does.</summary>
    Other,

    /// <summary>It begins as a key does, and is none: a character is wrong or missing.</summary>
    Mistyped,

    /// <summary>It can be a key.</summary>
    Sound,
}

/// <summary>
/// The text of an API key: <c>hearth_</c>, its id (10 characters), <c>_</c>, its secret (52), a checksum (7); all of the digits and small letters without i, l, o, u.
/// </summary>
/// <remarks>
/// The beginning lets scanners of sources find a leaked key; the id may be shown. The secret has 260 random bits, so it is kept as a plain SHA-256 of the whole text: nobody
/// can try secrets of that length. Argon2id makes each guess slow where a person chose the secret; here it would only make every request slow. The checksum (the
/// beginning of the SHA-256 of what stands before it) tells a slip of the hand from a key that is not there; anybody can compute it.
/// </remarks>
static class KeyText
{
    internal const string Prefix = "hearth_";
    internal const int IdLength = 10;
    internal const int Length = BodyLength + CheckLength;

    const int SecretLength = 52, CheckLength = 7, BodyLength = 7 + IdLength + 1 + SecretLength;
    const char Separator = '_';

    /// <summary>Crockford's 32 digits: five bits each, none like another to the eye.</summary>
    const string Digits = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <summary>A new key from random bytes.</summary>
    internal static string Create(Func<int, byte[]> random)
    {
        var digits = Encode(random(IdLength + SecretLength));
        var body = $"{Prefix}{digits[..IdLength]}{Separator}{digits[IdLength..]}";
        return body + Checksum(body);
    }

    /// <summary>Whether a text can be a key.</summary>
    internal static KeyForm Judge(string text)
    {
        if (!text.StartsWith(Prefix, StringComparison.Ordinal))
            return KeyForm.Other;
        var isSound = text.Length == Length && text[Prefix.Length + IdLength] == Separator
            && IdOf(text).All(Digits.Contains) && text[(Prefix.Length + IdLength + 1)..].All(Digits.Contains) && text[BodyLength..] == Checksum(text[..BodyLength]);
        return isSound ? KeyForm.Sound : KeyForm.Mistyped;
    }

    /// <summary>The id in a sound key.</summary>
    internal static string IdOf(string key) => key.Substring(Prefix.Length, IdLength);

    /// <summary>What is kept of a key.</summary>
    internal static byte[] Digest(string key) => Convert.FromHexString(Sha256.Hex(Encoding.UTF8.GetBytes(key)));

    /// <summary>What somebody typed, to be shown to them: a key in the wrong place is not repeated.</summary>
    internal static string Shown(string typed) => typed.Contains(Prefix, StringComparison.OrdinalIgnoreCase) ? $"{Prefix}…" : typed;

    static string Checksum(string body) => Encode(Digest(body).AsSpan(0, CheckLength));

    /// <summary>Five bits of each byte.</summary>
    static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (var b in bytes)
            text.Append(Digits[b % Digits.Length]);
        return text.ToString();
    }
}
