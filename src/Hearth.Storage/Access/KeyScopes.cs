namespace Hearth.Storage.Access;

/// <summary>What a key may do. None includes another. The numbers are on disk: append only, ApiKeysTests freezes them.</summary>
[Flags]
public enum KeyScopes
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Ask models: chat, complete, embed, rerank, count tokens.</summary>
    Chat = 1,

    /// <summary>See what there is: models, their state, one's own usage.</summary>
    Read = 2,

    /// <summary>Change what there is: models, users, keys; see figures of all users.</summary>
    Admin = 4,

    /// <summary>See the figures of the server, for whoever watches over it: no names of users, nothing of what they say.</summary>
    Metrics = 8,
}
