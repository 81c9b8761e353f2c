using Hearth.Cli.Output;
using Hearth.Cli.Settings;
using Hearth.Cli.Terminals;
using Hearth.Models;
using Hearth.Requests.Models;

namespace Hearth.Cli.Commands;

/// <summary><c>hearth models show</c>: one model with its files, licence and defaults.</summary>
static class ModelsShowCommand
{
    internal static readonly Command Command = new("models show", "shows a model: files, what a worker reads in them, licence, defaults", RunAsync)
    {
        Argument = "NAME",
        ArgumentHelp = "the model, or a beginning of its name that no other has",
        ArgumentIsModel = true,
        Groups = [("What is shown", [SettingTable.Licence]), ("Model", [SettingTable.Unconfined])],
        Examples =
        [
            ("everything about a model", "hearth models show llama3.2:1b"),
            ("its licence", "hearth models show llama3.2:1b --licence"),
        ],
    };

    static async Task<int> RunAsync(Invocation call)
    {
        var entry = call.Models.Find(call.Argument ?? throw new CliException(ExitCode.Usage, "No model is named.", "the name of a model.", "'hearth models list' shows them."));
        if (call.Get(SettingTable.Licence) && !call.Json)
        {
            var licence = entry.Licence ?? throw new CliException(ExitCode.RequestFailed, $"{entry.Name} came without a licence, and its file names none.", "", "See where the model was published.");
            call.Terminal.Write(call.Terminal.OutputIsTerminal ? TerminalText.Clean($"{licence}\n") : $"{licence}\n");
            return ExitCode.Ok;
        }

        var state = ModelVerification.Glance(call.Models, entry);
        var inspection = state.Verdict is ModelVerdict.Missing ? null : await InspectAsync(call, entry);
        var shown = inspection is null ? entry : entry with { Facts = ModelFacts.Of(inspection), Licence = entry.Licence ?? ModelFacts.LicenceOf(inspection) };
        if (call.Json)
        {
            call.WriteResult(writer =>
            {
                ModelJson.Write(writer, call.Models, shown);
                writer.WriteString("licence_text", shown.Licence);
                writer.WriteList("warnings", inspection?.Warnings ?? [], writer.WriteStringValue);
            });
        }
        else
        {
            call.Terminal.Write(TerminalText.Clean(string.Concat(Lines(call, shown, state, inspection).Select(line => $"{line}\n"))));
        }

        return ExitCode.Ok;
    }

    static async Task<ModelInspection> InspectAsync(Invocation call, ModelEntry entry)
    {
        await using var file = await call.OpenAsync([.. entry.Files.Select(call.Models.PathOf)]);
        return await file.InspectAsync(0, call.CancellationToken);
    }

    static IEnumerable<string> Lines(Invocation call, ModelEntry model, ModelState state, ModelInspection? inspection)
    {
        static string Line(string name, string value) => $"  {name,-12} {value}";

        yield return model.Name;
        yield return Line("source", model.Origin == model.Name ? model.Source.Title() : $"{model.Source.Title()}, {model.Origin}");
        foreach (var (what, file) in model.Files.Select(file => ("file", file)).Concat((model.Adapters ?? []).Select(file => ("adapter", file))))
        {
            yield return Line(what, $"{call.Models.PathOf(file)}, {Quantity.Bytes(file.Bytes)}, {(file.Path is null ? "a copy of ours" : "used in place")}");
            yield return Line("sha256", file.Sha256 ?? "not recorded");
        }

        yield return Line("state", state.Verdict is ModelVerdict.Verified ? "lengths and times are as recorded" : $"{state.Explanation}. {state.Remedy}");
        if (model.Facts is { } facts)
            yield return Line("kind", $"{facts.Architecture}, {Quantity.Count(facts.Parameters)} parameters, {facts.Quantization}, {(facts.ContextLength > 0 ? $"context {Quantity.Grouped(facts.ContextLength)}" : "context unknown")}, {(facts.HasChatTemplate ? "with" : "without")} chat template");
        if (inspection is { Memory: { Total: > 0 } memory })
            yield return Line("memory", $"{Quantity.Bytes(memory.Total)} for {Quantity.Grouped(memory.ContextLength)} positions, {Quantity.Bytes(memory.Available)} available");
        yield return Line("licence", model.Licence is { } licence ? $"{LicenceGate.Title(licence)} ({(model.LicenceAccepted ? "accepted" : "not accepted yet")})" : "none is named");
        foreach (var line in ModelDefaults.Describe(model))
            yield return Line("default", line);
        foreach (var warning in inspection?.Warnings ?? [])
            yield return Line("warning", warning);
    }
}
