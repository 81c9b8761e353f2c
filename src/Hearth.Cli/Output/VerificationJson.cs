using System.Globalization;
using System.Text.Json;
using Hearth.Workers.Verification;

namespace Hearth.Cli.Output;

/// <summary>The result of <c>hearth verify confinement</c> for scripts; docs/cli.md describes it.</summary>
static class VerificationJson
{
    internal static void Write(Utf8JsonWriter writer, ConfinementVerification result)
    {
        writer.WriteBoolean("passed", result.Passed);
        writer.WriteStartObject("machine");
        writer.WriteString("version", Commands.ProductVersion.Text);
        writer.WriteString("kernel", result.Machine.Kernel);
        writer.WriteString("architecture", result.Machine.Architecture);
        writer.WriteNumber("landlock_abi", result.Machine.LandlockAbi);
        writer.WriteString("user", result.Machine.User);
        writer.WriteString("worker", result.Machine.Worker);
        writer.WriteString("date", result.Machine.Date.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        writer.WriteEndObject();
        foreach (var verdict in Enum.GetValues<AttemptVerdict>())
            writer.WriteNumber(NameOf(verdict), result.Count(verdict));
        if (result.DeniedCalls is { } calls)
            writer.WriteNumber("denied_calls", calls);
        else
            writer.WriteNull("denied_calls");
        writer.WriteObjects("attempts", result.Attempts, attempt =>
        {
            writer.WriteString("group", attempt.Group);
            writer.WriteString("name", attempt.Name);
            writer.WriteString("gives", attempt.Gives);
            writer.WriteString("verdict", NameOf(attempt.Verdict));
            writer.WriteString("why", attempt.Why);
            writer.WriteStartObject("threads");
            foreach (var outcome in attempt.Outcomes)
            {
                writer.WriteStartObject(outcome.Thread);
                writer.WriteString("confined", outcome.Confined);
                writer.WriteString("control", outcome.Control);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        });
    }

    static string NameOf(AttemptVerdict verdict) => verdict switch
    {
        AttemptVerdict.Denied => "denied",
        AttemptVerdict.Allowed => "allowed",
        AttemptVerdict.NotDiscriminating => "not_discriminating",
        _ => "not_denied",
    };
}
