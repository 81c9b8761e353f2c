using Hearth.Cli.Output;

namespace Hearth.Cli.Commands;

/// <summary><c>hearth users show</c>: one user with limits, usage and keys.</summary>
static class UsersShowCommand
{
    internal static readonly Command Command = new("users show", "shows a user: limits, tokens used today, keys", RunAsync)
    {
        Argument = "NAME",
        ArgumentHelp = "the user",
        Details = "A day begins at midnight UTC. What a running server has counted in the last few seconds is not in it yet.",
        Groups = [],
        Examples = [("a user", "hearth users show alice"), ("the tokens of today", "hearth users show alice --json | jq .tokens_today")],
    };

    static async Task<int> RunAsync(Invocation call)
    {
        var name = UserArguments.One(call);
        await using var storage = call.OpenStorage();
        var user = await storage.Users.FindAsync(name, call.CancellationToken);
        var today = await storage.Usage.TodayAsync(user.Id, call.CancellationToken);
        var keys = await storage.Keys.ListAsync(user.Name, call.CancellationToken);
        var now = call.Host.Clock.GetUtcNow();
        if (call.Json)
        {
            call.Terminal.WriteJson(writer =>
            {
                AccountJson.Write(writer, user);
                writer.WriteNumber("tokens_today", today);
                writer.WriteObjects("keys", keys, key => AccountJson.Write(writer, key, now));
            });
        }
        else
        {
            call.Terminal.Write($"{user.Name}{(user.IsDisabled ? " (disabled)" : "")}, since {AccountJson.Time(user.Created)}\n");
            call.Terminal.Write($"  weight               {user.Limits.Weight}\n");
            call.Terminal.Write($"  tokens a day         {AccountText.Limit(user.Limits.TokensPerDay)}, {Quantity.Grouped(today)} used today\n");
            call.Terminal.Write($"  requests a minute    {AccountText.Limit(user.Limits.RequestsPerMinute)}\n");
            call.Terminal.Write(keys.Count == 0 ? $"no key yet: 'hearth keys add {user.Name}' makes one\n" : $"\n{AccountText.Keys(keys, now)}");
        }

        return ExitCode.Ok;
    }
}
