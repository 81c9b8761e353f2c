namespace Hearth.Storage.Access;

/// <summary>Who asks, and what they may: the one thing that rules look at, however the key was sent.</summary>
public sealed class Principal
{
    internal Principal(long userId, string name, string keyId, TenantSecret tenant, KeyScopes scopes, IReadOnlyList<string>? models, UserLimits limits)
        => (UserId, Name, KeyId, Tenant, Scopes, Models, Limits) = (userId, name, keyId, tenant, scopes, models, limits);

    /// <summary>The user's number, which is never given to another.</summary>
    public long UserId { get; }

    /// <summary>The user's name.</summary>
    public string Name { get; }

    /// <summary>Which of the user's keys.</summary>
    public string KeyId { get; }

    /// <summary>Goes into the key of every cached page.</summary>
    public TenantSecret Tenant { get; }

    /// <summary>What the key may do.</summary>
    public KeyScopes Scopes { get; }

    /// <summary>The models that the key may use; null for all.</summary>
    public IReadOnlyList<string>? Models { get; }

    /// <summary>The user's share of the machine.</summary>
    public UserLimits Limits { get; }

    /// <summary>Whether the key may do all of this.</summary>
    public bool Has(KeyScopes scopes) => (Scopes & scopes) == scopes;

    /// <summary>Whether the key may use a model.</summary>
    /// <param name="model">Its name as the list of models has it, not as somebody abbreviated it.</param>
    public bool MayUse(string model) => Models is null || Models.Contains(model, StringComparer.OrdinalIgnoreCase);

    /// <summary>User and key, for logs.</summary>
    public override string ToString() => $"{Name} (key {KeyId})";
}
