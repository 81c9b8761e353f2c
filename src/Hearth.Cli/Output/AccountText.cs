using Hearth.Storage.Access;

namespace Hearth.Cli.Output;

/// <summary>Users and keys as tables for people.</summary>
static class AccountText
{
    internal static string Users(IEnumerable<UserAccount> users)
        => TextTable.Of([["NAME", "WEIGHT", "TOKENS/DAY", "REQUESTS/MIN", "STATE"], .. users.Select(user => (string[])
            [user.Name, Quantity.Grouped(user.Limits.Weight), Limit(user.Limits.TokensPerDay), Limit(user.Limits.RequestsPerMinute), user.IsDisabled ? "disabled" : ""])]);

    internal static string Keys(IEnumerable<ApiKey> keys, DateTimeOffset now)
        => TextTable.Of([["ID", "USER", "SCOPES", "MODELS", "EXPIRES", "LAST USED", "STATE", "LABEL"], .. keys.Select(key => (string[])
            [
                key.Id, key.User, string.Join(',', AccountJson.ScopesOf(key.Grant.Scopes)), key.Grant.Models is { } models ? string.Join(", ", models) : "all",
                key.Grant.Expires is { } expires ? AccountJson.Time(expires) : "never", key.LastUsed is { } day ? AccountJson.Day(day) : "never", AccountJson.StateOf(key, now), key.Grant.Label,
            ])]);

    internal static string Limit(long? limit) => limit is { } number ? Quantity.Grouped(number) : "no limit";
}
