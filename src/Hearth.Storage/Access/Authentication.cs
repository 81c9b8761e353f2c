namespace Hearth.Storage.Access;

/// <summary>What became of a key.</summary>
public enum KeyState
{
    /// <summary>It is good.</summary>
    Accepted,

    /// <summary>There is none.</summary>
    Missing,

    /// <summary>The text is no key of Hearth.</summary>
    Other,

    /// <summary>The text is one with a wrong or missing character.</summary>
    Mistyped,

    /// <summary>No such key was made, or its user was removed.</summary>
    Unknown,

    /// <summary>It was revoked.</summary>
    Revoked,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>Its user is disabled.</summary>
    Disabled,
}

/// <summary>The answer to a key. That a key was revoked, has expired or is a disabled user's is said only to whoever has the whole key.</summary>
/// <param name="State">What became of the key.</param>
/// <param name="Principal">Who asks; null unless it was accepted.</param>
public sealed record Authentication(KeyState State, Principal? Principal)
{
    const string Make = "'hearth keys add USER' makes one.";

    static readonly Dictionary<KeyState, (string Message, string Remedy)> Words = new()
    {
        [KeyState.Accepted] = ("The key is good.", ""),
        [KeyState.Missing] = ("A key is needed, and there is none.", $"Send it as 'Authorization: Bearer KEY'; {Make}"),
        [KeyState.Other] = ("This is no key of Hearth: such a key begins with hearth_.", $"Send a key of this server; {Make}"),
        [KeyState.Mistyped] = ("The key has a wrong or missing character: its checksum does not fit.", "Copy it again, all of it."),
        [KeyState.Unknown] = ("This key is not known here.", $"Send a key of this server; {Make}"),
        [KeyState.Revoked] = ("This key was revoked.", $"Use another key; {Make}"),
        [KeyState.Expired] = ("This key has expired.", $"Use another key; {Make}"),
        [KeyState.Disabled] = ("The user of this key is disabled.", "'hearth users enable NAME' enables it again."),
    };

    /// <summary>What was found, for whoever sent the key. Never the key.</summary>
    public string Message => Words[State].Message;

    /// <summary>What to do next; empty where nothing is.</summary>
    public string Remedy => Words[State].Remedy;
}
