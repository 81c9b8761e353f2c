using System.Globalization;
using System.Text.Json;
using Hearth.Storage.Access;

namespace Hearth.Cli.Output;

/// <summary>Users and keys as the commands <c>hearth users …</c> and <c>hearth keys …</c> print them. Scripts rely on the names; AccountCommandTests freezes them.</summary>
static class AccountJson
{
    /// <summary>The members of a user.</summary>
    internal static void Write(Utf8JsonWriter writer, UserAccount user)
    {
        writer.WriteNumber("id", user.Id);
        writer.WriteString("name", user.Name);
        writer.WriteNumber("weight", user.Limits.Weight);
        WriteNumber("tokens_per_day", user.Limits.TokensPerDay);
        WriteNumber("requests_per_minute", user.Limits.RequestsPerMinute);
        writer.WriteBoolean("disabled", user.IsDisabled);
        writer.WriteString("created", Time(user.Created));

        void WriteNumber(string name, long? number)
        {
            if (number is { } value)
                writer.WriteNumber(name, value);
            else
                writer.WriteNull(name);
        }
    }

    /// <summary>The members of a key.</summary>
    internal static void Write(Utf8JsonWriter writer, ApiKey key, DateTimeOffset now)
    {
        writer.WriteString("id", key.Id);
        writer.WriteString("user", key.User);
        writer.WriteString("label", key.Grant.Label);
        writer.WriteList("scopes", ScopesOf(key.Grant.Scopes), writer.WriteStringValue);
        if (key.Grant.Models is { } models)
            writer.WriteList("models", models, writer.WriteStringValue);
        else
            writer.WriteNull("models");
        writer.WriteString("state", StateOf(key, now));
        writer.WriteString("created", Time(key.Created));
        writer.WriteString("expires", key.Grant.Expires is { } expires ? Time(expires) : null);
        writer.WriteString("revoked", key.Revoked is { } revoked ? Time(revoked) : null);
        writer.WriteString("last_used", key.LastUsed is { } day ? Day(day) : null);
    }

    internal static IEnumerable<string> ScopesOf(KeyScopes scopes)
        => Enum.GetValues<KeyScopes>().Where(scope => scope != KeyScopes.None && scopes.HasFlag(scope)).Select(scope => scope.ToString().ToLowerInvariant());

    internal static string StateOf(ApiKey key, DateTimeOffset now) => key.Revoked is not null ? "revoked" : key.Grant.Expires <= now ? "expired" : "good";

    internal static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    internal static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
