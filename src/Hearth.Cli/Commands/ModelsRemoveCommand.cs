using Hearth.Cli.Output;
using Hearth.Models;

namespace Hearth.Cli.Commands;

/// <summary><c>hearth models remove</c>: takes models off the list.</summary>
static class ModelsRemoveCommand
{
    internal static readonly Command Command = new("models remove", "takes models off the list; deletes nothing that Hearth did not copy", RunAsync)
    {
        Argument = "NAME…",
        ArgumentHelp = "the models",
        ArgumentIsModel = true,
        ManyArguments = true,
        Groups = [],
        Examples = [("a model", "hearth models remove llama3.2:1b")],
    };

    static async Task<int> RunAsync(Invocation call)
    {
        if (call.Arguments.Count == 0)
            throw new CliException(ExitCode.Usage, "No model is named.", "the name of a model.", "'hearth models list' shows them.");
        var removed = new List<(ModelEntry Model, IReadOnlyList<string> Deleted)>();
        foreach (var name in call.Arguments)
        {
            var (model, deleted) = await call.Models.RemoveAsync(name, call.CancellationToken);
            removed.Add((model, deleted));
            foreach (var file in model.AllFiles)
            {
                var path = call.Models.PathOf(file);
                var fate = file.Path is not null ? "Its file stays where it is" : deleted.Contains(path) ? "Our copy was deleted" : "Another model uses our copy, which stays";
                call.Note($"{model.Name} is off the list. {fate}: {path}");
            }
        }

        if (call.Json)
        {
            call.Terminal.WriteJson(writer => writer.WriteObjects("removed", removed, one =>
            {
                writer.WriteString("name", one.Model.Name);
                writer.WriteList("deleted_files", one.Deleted, writer.WriteStringValue);
            }));
        }

        return ExitCode.Ok;
    }
}
