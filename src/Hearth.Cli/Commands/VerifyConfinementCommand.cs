using Hearth.Cli.Output;
using Hearth.Workers.Verification;

namespace Hearth.Cli.Commands;

/// <summary><c>hearth verify confinement</c>: tries to get out of the worker's jail, on this machine and now.</summary>
static class VerifyConfinementCommand
{
    internal static readonly Command Command = new("verify confinement", "tries to break out of the worker's confinement on this machine, and shows how far it comes", RunAsync)
    {
        Details = "A probe is started exactly as a worker is and tries over a hundred ways out, most of them from every kind of\n"
            + "thread. Beside it the same probe tries the same without confinement. Nothing leaves this machine, no file of\n"
            + "yours is read or changed, and no model is involved. The exit code is 0 where everything that counts was denied.",
        Groups = [],
        Examples =
        [
            ("every attempt with what came of it", "hearth verify confinement"),
            ("what was possible and must not be", "hearth verify confinement --json | jq '.attempts[] | select(.verdict == \"not_denied\")'"),
        ],
    };

    static async Task<int> RunAsync(Invocation call)
    {
        ConfinementVerification result;
        using (var progress = call.Progress("trying to get out"))
            result = await call.Host.VerifyConfinement(progress, call.CancellationToken);
        if (call.Json)
            call.Terminal.WriteJson(writer => VerificationJson.Write(writer, result));
        else
            VerificationText.Show(call.Terminal, result);
        return result.Passed ? ExitCode.Ok : ExitCode.RequestFailed;
    }
}
