namespace Hearth.Storage.Access;

/// <summary>What a key is to be good for.</summary>
/// <param name="Scopes">What it may do.</param>
public sealed record KeyGrant(KeyScopes Scopes)
{
    /// <summary>What it is for, in the words of its owner; at most 64 characters.</summary>
    public string Label { get; init; } = "";

    /// <summary>The models that it may use; null for all.</summary>
    public IReadOnlyList<string>? Models { get; init; }

    /// <summary>From when on it is not accepted; null for never.</summary>
    public DateTimeOffset? Expires { get; init; }
}

/// <summary>What is known of a key; its text is not.</summary>
/// <param name="Id">Its id, which is no secret.</param>
/// <param name="User">Whose it is.</param>
/// <param name="Grant">What it is good for.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Revoked">Since when it is revoked; null where it is not.</param>
/// <param name="LastUsed">The day (UTC) of its last use; null where there was none.</param>
public sealed record ApiKey(string Id, string User, KeyGrant Grant, DateTimeOffset Created, DateTimeOffset? Revoked, DateOnly? LastUsed);
