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
            call.Terminal.WriteJson(writer =>
            {
                writer.WriteStartArray("models");
                foreach (var (model, state) in states)
                {
                    writer.WriteStartObject();
                    writer.WriteString("name", model.Name);
                    writer.WriteString("verdict", ModelJson.NameOf(state.Verdict));
                    writer.WriteString("file", state.File);
                    writer.WriteString("explanation", state.Explanation);
                    writer.WriteString("remedy", state.Remedy);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
            });
        }

        return states.TrueForAll(one => one.State.Verdict is ModelVerdict.Verified or ModelVerdict.Unrecorded) ? ExitCode.Ok : ExitCode.Model;
    }
}
