using System.Text.Json;
using Hearth.Cli.Commands;
using Hearth.Cli.Terminals;
using Hearth.Models;
using Hearth.Models.Import;

namespace Hearth.Cli.Output;

/// <summary>What became of a model that was to be imported.</summary>
/// <param name="Found">The model.</param>
/// <param name="Entry">As it stands on the list; null where it was not imported.</param>
/// <param name="Reason">Why it was not imported.</param>
/// <param name="Notes">What a user should know of it.</param>
sealed record ImportOutcome(FoundModel Found, ModelEntry? Entry, string? Reason, IReadOnlyList<string> Notes);

/// <summary>What <c>hearth models import</c> found and did.</summary>
static class ImportReport
{
    /// <summary>What other programs have; nothing is imported.</summary>
    internal static void ShowFound(Invocation call, IReadOnlyList<(ModelSource Source, Findings Findings)> all)
    {
        var known = call.Models.List();
        bool IsKnown(FoundModel model) => known.Any(entry => entry.Source == model.Source && entry.Origin == model.Origin);

        if (call.Json)
        {
            call.Terminal.WriteJson(writer => writer.WriteObjects("sources", all, one => WriteSource(writer, one.Source, one.Findings, IsKnown)));
            return;
        }

        foreach (var (source, findings) in all)
        {
            call.Terminal.Write($"{source.Title()}\n");
            foreach (var complaint in findings.Complaints)
                call.Note(complaint);
            if (findings.Models.Count == 0)
                call.Terminal.Write(TerminalText.Clean($"  nothing in {string.Join(" or ", findings.Folders)}\n"));
            else
                call.Terminal.Write(TextTable.Of([.. findings.Models.Select(model => (string[])["", model.Name, model.Problem is null ? Quantity.Bytes(model.Bytes) : "", model.Problem ?? (IsKnown(model) ? "on the list" : "")])]));
        }

        call.Note("'hearth models import --from ollama' (lm-studio, hugging-face) takes all of one program, a name behind it only that model; 'hearth models import FILE' a file.");
    }

    /// <summary>A line for the model, and one for each note.</summary>
    internal static void ShowOutcome(Invocation call, ImportOutcome outcome)
    {
        var name = outcome.Entry?.Name ?? outcome.Found.Name;
        if (outcome.Entry is null)
            call.Note($"{name}: not imported. {outcome.Reason}");
        else if (!call.Json)
            call.Terminal.Write(TerminalText.Clean($"{name}  {Quantity.Bytes(outcome.Entry.Bytes)}, {(outcome.Entry.Files[0].Path is null ? "copied" : "used in place")}\n"));
        foreach (var note in outcome.Notes)
            call.Note($"{name}: {note}");
    }

    internal static void Write(Utf8JsonWriter writer, ModelStore store, IReadOnlyList<ImportOutcome> outcomes)
    {
        writer.WriteObjects("imported", outcomes.Where(outcome => outcome.Entry is not null), outcome =>
        {
            ModelJson.Write(writer, store, outcome.Entry!);
            writer.WriteList("notes", outcome.Notes, writer.WriteStringValue);
        });
        writer.WriteObjects("not_imported", outcomes.Where(outcome => outcome.Entry is null), outcome =>
        {
            WriteFound(writer, outcome.Found);
            writer.WriteString("reason", outcome.Reason);
        });
    }

    static void WriteSource(Utf8JsonWriter writer, ModelSource source, Findings findings, Func<FoundModel, bool> isKnown)
    {
        writer.WriteString("source", source.Word());
        writer.WriteList("folders", findings.Folders, writer.WriteStringValue);
        writer.WriteList("complaints", findings.Complaints, writer.WriteStringValue);
        writer.WriteObjects("models", findings.Models, model =>
        {
            WriteFound(writer, model);
            writer.WriteNumber("bytes", model.Bytes);
            writer.WriteBoolean("on_the_list", isKnown(model));
            writer.WriteString("problem", model.Problem);
        });
    }

    static void WriteFound(Utf8JsonWriter writer, FoundModel model)
    {
        writer.WriteString("name", model.Name);
        writer.WriteString("source", model.Source.Word());
        writer.WriteString("origin", model.Origin);
    }
}
