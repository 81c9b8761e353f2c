using Hearth.Cli.Output;
using Hearth.Cli.Publishing;
using Hearth.Cli.Settings;

namespace Hearth.Cli.Commands;

/// <summary><c>hearth publish</c>: a folder that runs on a machine without the SDK.</summary>
static class PublishCommand
{
    internal static readonly Command Command = new("publish", "makes a folder that runs on machines without the .NET SDK", RunAsync)
    {
        Details = "A command of a checkout of the sources: it needs the .NET SDK, and gcc or clang for the native worker. The folder\n"
            + "holds the program, the worker, the .NET runtime, a model, licences and documents; it needs the C and C++\n"
            + "libraries of an ordinary Linux. It takes a few minutes.",
        Groups = [("Publication", [SettingTable.PublishTo, SettingTable.Rid, SettingTable.PublishedModel, SettingTable.ManagedWorker])],
        Examples =
        [
            ("for machines like this one", "hearth publish --output hearth-folder"),
            ("for a Raspberry Pi, with another model", "hearth publish --output hearth-pi --rid linux-arm64 --model model.gguf"),
        ],
    };

    static async Task<int> RunAsync(Invocation call)
    {
        var output = call.Get(SettingTable.PublishTo)
            ?? throw new CliException(ExitCode.Usage, "--output is missing.", "--output DIR: where the folder is made.", "Add it; 'hearth publish --help' has examples.");
        var checkout = Checkout.Above(call.Host.ProgramFolder);
        var rid = call.Get(SettingTable.Rid);
        var model = call.Get(SettingTable.PublishedModel);
        IReadOnlyList<string> paths = model is null ? [call.Folders.FindShippedModel()] : Publishable(call, ChosenModel.Find(call, model));
        var worker = WorkerBuild.Choose(call, rid);
        using var folder = new PublishedFolder(output);
        await worker.RunAsync(call, new(call, checkout, rid), folder.Programs);
        folder.ArrangePrograms();
        checkout.CopyDocuments(folder.Root);
        if (model is null)
            folder.CopyShippedModel(paths[0]);
        else
            folder.CopyModel(paths);
        var library = CLibrary.Needed(folder.Programs);
        var place = folder.Commit();

        if (call.Json)
        {
            call.Terminal.WriteJson(writer =>
            {
                writer.WriteString("folder", place);
                writer.WriteString("rid", rid);
                writer.WriteString("worker", worker.Kind);
                writer.WriteString("glibc", library?.ToString());
                writer.WriteString("model", Path.GetFileName(paths[0]));
                writer.WriteNumber("bytes", Files.Size(place));
            });
        }
        else
        {
            call.Terminal.Write($"{place}: {Quantity.Bytes(Files.Size(place))} for {rid} with glibc {library} or later, {worker.Kind} worker; copy the folder and start hearth in it.\n");
        }

        return ExitCode.Ok;
    }

    /// <summary>The files of a model. Without its adapters it would be another one, and the folder has no place for them.</summary>
    static IReadOnlyList<string> Publishable(Invocation call, ChosenModel model)
    {
        if (model.Adapters.Count > 0)
            throw new CliException(ExitCode.RequestFailed, $"{model.Name} has an adapter, which cannot be published.", "a model without adapters.", "Name the file of the model itself; --lora adds the adapter there.");
        if (model.Entry is { Defaults.Count: > 0 } entry)
            call.Note($"The defaults of {model.Name} stay here: {string.Join(", ", entry.Defaults.Keys.Order(StringComparer.Ordinal))}. In the folder they are given as options.");
        return model.Paths;
    }
}
