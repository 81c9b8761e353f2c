using System.Text;
using System.Text.Json;
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
            constraints.Add(new(ConstraintKind.JsonSchema, await ReadSchemaAsync(call, schema)));
        if (call.Get(SettingTable.Grammar) is { } grammar)
            constraints.Add(new(ConstraintKind.Gbnf, await ReadAsync(call, grammar, "The grammar")));
        if (call.Get(SettingTable.AnswerRegex) is { } expression)
            constraints.Add(new(ConstraintKind.Regex, expression));
        return constraints.Count > 1
            ? throw new CliException(ExitCode.Usage, "The answer is constrained twice.", "one of --schema, --grammar and --regex.", "Leave the others out.")
            : constraints.SingleOrDefault();
    }

    /// <summary>The worker would say as much, but not of which file.</summary>
    static async Task<string> ReadSchemaAsync(Invocation call, string path)
    {
        var schema = await ReadAsync(call, path, "The schema");
        try
        {
            using var document = JsonDocument.Parse(schema);
            return schema;
        }
        catch (JsonException e)
        {
            // The cause would show the text.
            throw new CliException(ExitCode.RequestFailed, $"The schema {path} is not JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine}.", "a JSON Schema.", "Correct the file.");
        }
    }

    static async Task<string> ReadAsync(Invocation call, string path, string what)
        => Encoding.UTF8.GetString(await BoundedFile.ReadInputAsync(call.Folders.Resolve(path), what, MaxBytes, call.CancellationToken));
}
