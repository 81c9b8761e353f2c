using System.Text;
using Hearth.Cli.Output;
using Hearth.Cli.Settings;
using Hearth.Requests.Chat;

namespace Hearth.Cli.Commands;

/// <summary>Reads what a user says that an answer must be. Whether it can be enforced, the worker says.</summary>
static class ConstraintFile
{
    const int MaxBytes = 1 << 20;

    /// <summary>The constraint that the settings name; null for none.</summary>
    internal static async Task<AnswerConstraint?> ReadAsync(Invocation call)
    {
        var constraints = new List<AnswerConstraint>();
        if (call.Get(SettingTable.Schema) is { } schema)
            constraints.Add(new(ConstraintKind.JsonSchema, await ReadAsync(call, schema, "The schema")));
        if (call.Get(SettingTable.Grammar) is { } grammar)
            constraints.Add(new(ConstraintKind.Gbnf, await ReadAsync(call, grammar, "The grammar")));
        if (call.Get(SettingTable.AnswerRegex) is { } expression)
            constraints.Add(new(ConstraintKind.Regex, expression));
        return constraints.Count > 1
            ? throw new CliException(ExitCode.Usage, "The answer is constrained twice.", "one of --schema, --grammar and --regex.", "Leave the others out.")
            : constraints.SingleOrDefault();
    }

    static async Task<string> ReadAsync(Invocation call, string path, string what)
        => Encoding.UTF8.GetString(await BoundedFile.ReadInputAsync(call.Folders.Resolve(path), what, MaxBytes, call.CancellationToken));
}
