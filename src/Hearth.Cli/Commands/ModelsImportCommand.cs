using Hearth.Cli.Output;
using Hearth.Cli.Settings;
using Hearth.Models;
using Hearth.Models.Import;
using Hearth.Requests;
using Hearth.Requests.Models;

namespace Hearth.Cli.Commands;

/// <summary><c>hearth models import</c>: models that lie on this machine already, used where they lie.</summary>
static class ModelsImportCommand
{
    internal static readonly Command Command = new("models import", "takes over models of Ollama, LM Studio and the Hugging Face cache where they lie, or files", RunAsync)
    {
        Argument = "NAME|FILE",
        ArgumentHelp = "a model of another program, or a GGUF file; without it and without --from, what was found is shown",
        Details = "Nothing is copied unless --copy is given, and nothing of the other program is changed. A worker reads the head of each\n"
            + "file. Of Ollama, the system prompt, adapters, the parameters and the licence are taken; its Go templates are not used.",
        Groups = [("Import", [SettingTable.From, SettingTable.Copy, SettingTable.Name]), ("Model", [SettingTable.Unconfined])],
        Examples =
        [
            ("what there is", "hearth models import"),
            ("all models of Ollama, or one", "hearth models import --from ollama\n  hearth models import --from ollama llama3.2:1b"),
            ("a file, copied, under a name of one's own", "hearth models import model.gguf --copy --name my-model"),
        ],
    };

    static async Task<int> RunAsync(Invocation call)
    {
        var folders = new SearchFolders(call.Host.Environment);
        if (call.Get(SettingTable.From) is null && call.Argument is null)
        {
            ImportReport.ShowFound(call, [.. ModelFinder.All.Select(source => (source, ModelFinder.Find(source, folders)))]);
            return ExitCode.Ok;
        }

        var selection = Named(call, Select(call, folders));
        var outcomes = new List<ImportOutcome>();
        foreach (var found in selection)
        {
            var outcome = await ImportAsync(call, found);
            outcomes.Add(outcome);
            ImportReport.ShowOutcome(call, outcome);
        }

        if (call.Json)
            call.WriteResult(writer => ImportReport.Write(writer, call.Models, outcomes));
        return outcomes.Exists(outcome => outcome.Entry is not null) ? ExitCode.Ok : ExitCode.Model;
    }

    static IReadOnlyList<FoundModel> Select(Invocation call, SearchFolders folders)
    {
        if (call.Get(SettingTable.From) is not { } source)
        {
            var text = call.Argument!;
            if (File.Exists(text))
                return [ModelFinder.FromFile(text, null)];
            var all = ModelFinder.All.SelectMany(one => ModelFinder.Find(one, folders).Models).ToList();
            // Names of models have slashes too.
            return [text.Contains('/') && ModelFinder.Named(all, text) is null ? ModelFinder.FromFile(text, null) : ModelFinder.Choose(all, text)];
        }

        var findings = ModelFinder.Find(source, folders);
        foreach (var complaint in findings.Complaints)
            call.Note(complaint);
        if (findings.Models.Count == 0)
            throw new ModelStoreException($"No model of {source.Title()} was found.", $"its layout in {string.Join(" or ", findings.Folders)}", "See whether the other program keeps its models elsewhere: docs/models.md names the variables.");
        return call.Argument is { } name ? [ModelFinder.Choose(findings.Models, name)] : findings.Models;
    }

    static IReadOnlyList<FoundModel> Named(Invocation call, IReadOnlyList<FoundModel> selection)
    {
        if (call.Get(SettingTable.Name) is not { } name)
            return selection;
        if (!ModelName.IsValid(name))
            throw new CliException(ExitCode.Usage, $"--name has the value '{name}'.", $"{ModelName.Rule}.", "Choose another name.");
        return selection is [var only]
            ? [only with { Name = name, LongName = name }]
            : throw new CliException(ExitCode.Usage, $"--name is given for {selection.Count} models.", "one model.", "Name the model behind --from.");
    }

    static async Task<ImportOutcome> ImportAsync(Invocation call, FoundModel found)
    {
        if (found.Problem is not null)
            return new(found, null, found.Problem, []);
        try
        {
            var inspection = await InspectAsync(call, found.Files);
            var facts = ModelFacts.Of(inspection);
            if (inspection.Adapter is { } adapter)
                return new(found, null, $"It is an adapter for models of the architecture {adapter.Architecture}, no model. It is used with its model: --lora FILE.", []);
            foreach (var file in found.Adapters)
                await CheckAdapterAsync(call, file, facts);
            var refused = new List<string>();
            var taken = found with
            {
                Defaults = ModelDefaults.Accepted(found.Defaults, facts, refused),
                Licence = found.Licence ?? ModelFacts.LicenceOf(inspection),
            };
            ModelEntry entry;
            using (var progress = call.Progress($"reading {found.Name}"))
                entry = await new ModelImporter(call.Models).ImportAsync(taken, facts, call.Get(SettingTable.Copy), progress, call.CancellationToken);
            return new(found, entry, null, [.. found.Notes, .. Templates(found, facts), .. refused.Select(name => $"Its value of {name} is out of range and was left out."), .. inspection.Warnings]);
        }
        catch (EngineException e) when (e.Code is not (FailureCode.Confinement or FailureCode.Internal))
        {
            return new(found, null, e.Message, []);
        }
        catch (ModelStoreException e)
        {
            return new(found, null, $"{e.Message} {e.Remedy}", []);
        }
    }

    static string[] Templates(FoundModel found, ModelFacts facts)
        => found.Source == ModelSource.Ollama && !facts.HasChatTemplate ? ["Ollama's own template is in Go's language and is not used."] : [];

    /// <summary>What can be known of an adapter without loading the model: otherwise every use of the model would be refused.</summary>
    static async Task CheckAdapterAsync(Invocation call, FoundFile file, ModelFacts facts)
    {
        string found;
        try
        {
            var adapter = (await InspectAsync(call, [file])).Adapter;
            if (adapter is { Type: "lora" } && adapter.Architecture == facts.Architecture)
                return;
            found = adapter is null ? "none" : $"one ({adapter.Type}) for models of the architecture {adapter.Architecture}";
        }
        catch (EngineException e) when (e.Code is FailureCode.InvalidModel)
        {
            found = $"none in GGUF: {e.Message.TrimEnd('.')}";
        }

        throw new ModelStoreException($"Its adapter {file.Path} is {found}.", $"one (lora) for {facts.Architecture}", $"The model is of the architecture {facts.Architecture}; create it again with an adapter for it.");
    }

    static async Task<ModelInspection> InspectAsync(Invocation call, IReadOnlyList<FoundFile> files)
    {
        await using var file = await call.OpenAsync([.. files.Select(one => one.Path)]);
        return await file.InspectAsync(0, call.CancellationToken);
    }
}
