using Hearth.Cli.Output;
using Hearth.Storage.Access;

namespace Hearth.Cli.Commands;

/// <summary>Disables users, or enables them again.</summary>
static class UserSwitch
{
    internal static async Task<int> RunAsync(Invocation call, bool disabled)
    {
        var names = UserArguments.Several(call);
        await using var storage = call.OpenStorage();
        var changed = new List<UserAccount>();
        foreach (var name in names)
        {
            var user = await storage.Users.ChangeAsync(name, user => user with { IsDisabled = disabled }, call.CancellationToken);
            changed.Add(user);
            call.Note($"{user.Name} is {(disabled ? "disabled: its keys are refused from now on" : "enabled: its keys are accepted")}.");
        }

        if (call.Json)
            call.Terminal.WriteJson(writer => writer.WriteObjects("users", changed, user => AccountJson.Write(writer, user)));
        return ExitCode.Ok;
    }
}
