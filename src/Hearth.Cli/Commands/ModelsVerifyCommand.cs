using Hearth.Cli.Output;
using Hearth.Cli.Terminals;
using Hearth.Models;

namespace Hearth.Cli.Commands;

/// <summary><c>hearth models verify</c>: reads every byte and compares SHA-256.</summary>
static class ModelsVerifyCommand
{
    internal static readonly Command Command = new("models verify", "reads the files of models and compares their SHA-256 with the recorded ones", RunAsync)
    {
        Argument = "NAME…",
        ArgumentHelp = "the models; all where none is named",
        ArgumentIsModel = true,
        ManyArguments = true,
        Details = "A model that is not as it was recorded is explained, and the exit code is 3.",
        Groups = [],
        Examples = [("all models", "hearth models verify"), ("one", "hearth models verify llama3.2:1b")],
    };

    static async Task<int> RunAsync(Invocation call)
    {
        var models = call.Arguments.Count == 0 ? call.Models.List() : [.. call.Arguments.Select(call.Models.Find)];
        var states = new List<(ModelEntry Model, ModelState State)>();
        foreach (var model in models)
        {
            ModelState state;
            using (var progress = call.Progress($"reading {model.Name}"))
                state = await ModelVerification.VerifyAsync(call.Models, model, progress, call.CancellationToken);
            states.Add((model, state));
            if (!call.Json)
                call.Terminal.Write(TerminalText.Clean($"{model.Name}: {(state.Verdict is ModelVerdict.Verified ? "verified" : state.Explanation)}\n{(state.Remedy.Length > 0 ? $"  to do: {state.Remedy}\n" : "")}"));
        }

        if (call.Json)
        {
            call.Terminal.WriteJson(writer => writer.WriteObjects("models", states, one =>
            {
                writer.WriteString("name", one.Model.Name);
                writer.WriteString("verdict", ModelJson.NameOf(one.State.Verdict));
                writer.WriteString("file", one.State.File);
                writer.WriteString("explanation", one.State.Explanation);
                writer.WriteString("remedy", one.State.Remedy);
            }));
        }

        return states.TrueForAll(one => one.State.Verdict is ModelVerdict.Verified or ModelVerdict.Unrecorded) ? ExitCode.Ok : ExitCode.Model;
    }
}
