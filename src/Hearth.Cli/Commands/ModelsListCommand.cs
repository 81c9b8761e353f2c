using Hearth.Cli.Output;
using Hearth.Cli.Settings;
using Hearth.Models;

namespace Hearth.Cli.Commands;

/// <summary><c>hearth models list</c>: the models that can be named.</summary>
static class ModelsListCommand
{
    internal static readonly Command Command = new("models list", "shows the models that can be named, with size, kind and source", RunAsync)
    {
        Details = "The state says whether the files are as they were imported, by length and time; 'hearth models verify' reads them.",
        Groups = [("List", [SettingTable.NamesOnly])],
        Examples =
        [
            ("the list", "hearth models list"),
            ("the paths of all files", "hearth models list --json | jq -r '.models[].files[].path'"),
        ],
    };

    static Task<int> RunAsync(Invocation call)
    {
        var models = call.Models.List();
        if (call.Json)
        {
            call.Terminal.WriteJson(writer => writer.WriteObjects("models", models, model => ModelJson.Write(writer, call.Models, model)));
        }
        else if (call.Get(SettingTable.NamesOnly))
        {
            call.Terminal.Write(string.Concat(models.Select(model => $"{model.Name}\n")));
        }
        else if (models.Count == 0)
        {
            call.Note("There is no model. 'hearth models import' shows what other programs have on this machine.");
        }
        else
        {
            call.Terminal.Write(TextTable.Of([["NAME", "SIZE", "KIND", "SOURCE", "STATE"], .. models.Select(model => Row(call, model))]));
        }

        return Task.FromResult(ExitCode.Ok);
    }

    static string[] Row(Invocation call, ModelEntry model)
    {
        var kind = model.Facts is { } facts ? $"{facts.Architecture} {Quantity.Count(facts.Parameters)} {facts.Quantization}" : "";
        var state = ModelVerification.Glance(call.Models, model).Verdict switch
        {
            ModelVerdict.Missing => "missing",
            ModelVerdict.Resized => "changed",
            ModelVerdict.Touched when model.Source != ModelSource.BuiltIn => "written to since",
            _ => "",
        };
        return [model.Name, Quantity.Bytes(model.Bytes), kind, model.AllFiles.All(file => file.Path is null) ? $"{model.Source.Title()}, copied" : model.Source.Title(), state];
    }
}
