using Hearth.Cli.Output;
using Hearth.Cli.Settings;
using Hearth.Storage.Access;

namespace Hearth.Cli.Commands;

/// <summary><c>hearth users set</c>: changes a user's share of the machine.</summary>
static class UsersSetCommand
{
    internal static readonly Command Command = new("users set", "changes the limits of a user", RunAsync)
    {
        Argument = "NAME KEY=VALUE…",
        ArgumentHelp = "the user, then limits; KEY= removes one",
        ManyArguments = true,
        Details = $"The keys are: {string.Join(", ", SettingTable.PerUser.Select(setting => setting.Name))}; 'hearth users add --help' explains them. A running server\nobeys from the next request on.",
        Groups = [],
        Examples =
        [
            ("twice the share of others", "hearth users set alice weight=2"),
            ("a quota, and no limit of requests any more", "hearth users set alice tokens-per-day=500000 requests-per-minute="),
        ],
    };

    static readonly Dictionary<string, Func<UserLimits, string, UserLimits>> Changes = new()
    {
        [SettingTable.Weight.Name] = (limits, text) => limits with { Weight = Read(SettingTable.Weight, text) },
        [SettingTable.TokensPerDay.Name] = (limits, text) => limits with { TokensPerDay = Read(SettingTable.TokensPerDay, text) },
        [SettingTable.RequestsPerMinute.Name] = (limits, text) => limits with { RequestsPerMinute = Read(SettingTable.RequestsPerMinute, text) },
    };

    static async Task<int> RunAsync(Invocation call)
    {
        if (call.Arguments.Count < 2)
            throw new CliException(ExitCode.Usage, call.Argument is null ? "No user is named." : "Nothing is set.", "a user and limits, such as alice weight=2.", "'hearth users set --help' has examples.");
        var changes = call.Arguments.Skip(1).Select(Change).ToList();
        await using var storage = call.OpenStorage();
        var user = await storage.Users.ChangeAsync(
            call.Arguments[0], user => user with { Limits = changes.Aggregate(user.Limits, (limits, change) => change(limits)) }, call.CancellationToken);
        if (call.Json)
            call.Terminal.WriteJson(writer => AccountJson.Write(writer, user));
        else
            call.Terminal.Write(AccountText.Users([user]));
        return ExitCode.Ok;
    }

    static Func<UserLimits, UserLimits> Change(string word)
    {
        var (key, value) = word.IndexOf('=') is > 0 and var at
            ? (word[..at], word[(at + 1)..])
            : throw new CliException(ExitCode.Usage, $"'{word}' sets nothing.", "KEY=VALUE, such as weight=2; KEY= removes a limit.", "'hearth users set --help' lists the keys.");
        return Changes.TryGetValue(key, out var change)
            ? limits => change(limits, value)
            : throw new CliException(ExitCode.Usage, $"There is no limit {key} of a user.", $"one of {string.Join(", ", Changes.Keys)}.", "'hearth users add --help' explains them.");
    }

    static T Read<T>(Setting<T> setting, string text)
        => text.Length == 0 ? setting.Fallback : setting.Form.Read([text], out var value) ? value
            : throw new CliException(ExitCode.Usage, $"{setting.Name} has the value '{text}'.", $"{setting.Expected}.", "Correct the value; KEY= removes a limit.");
}
