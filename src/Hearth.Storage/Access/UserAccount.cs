namespace Hearth.Storage.Access;

/// <summary>Somebody who uses this machine's models. Each user is a tenant: nobody else's cache, keys or usage are theirs.</summary>
/// <param name="Id">A number that is never given to another user.</param>
/// <param name="Name">The name; upper and lower case are the same.</param>
/// <param name="Limits">The share of the machine.</param>
/// <param name="IsDisabled">No key of a disabled user is accepted.</param>
/// <param name="Created">When it was made.</param>
public sealed record UserAccount(long Id, string Name, UserLimits Limits, bool IsDisabled, DateTimeOffset Created)
{
    const int MaxNameLength = 64;
    const string Punctuation = "._-@";

    /// <summary>What a user may be called, in words.</summary>
    public const string NameRule = "letters, digits and . _ - @, beginning with a letter or a digit, at most 64 characters";

    /// <summary>Whether a text can be a user's name. No space and no control character: a name goes onto command lines and terminals as it is.</summary>
    public static bool IsName(string? text)
        => text is { Length: > 0 and <= MaxNameLength } && char.IsAsciiLetterOrDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || Punctuation.Contains(c))
            && !text.StartsWith(KeyText.Prefix, StringComparison.OrdinalIgnoreCase);
}
