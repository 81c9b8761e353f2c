using Hearth.Cli.Output;
using Hearth.Cli.Settings;

namespace Hearth.Cli.Commands;

/// <summary><c>hearth inspect</c>: what a model file says of itself and what running it would take.</summary>
static class InspectCommand
{
    internal static readonly Command Command = new("inspect", "shows a model file: metadata, tensors, sizes, memory for a context length, warnings", RunAsync)
    {
        Argument = "MODEL",
        ArgumentIsModel = true,
        ArgumentHelp = "the model; --model, or the model that ships, where it is absent",
        Details = "No weights are loaded. The file is read by a confined worker.",
        Groups = [("Inspection", [SettingTable.AllTensors]), ("Model", [SettingTable.Model, SettingTable.Context, SettingTable.Unconfined])],
        Examples =
        [
            ("the model that ships", "hearth inspect"),
            ("memory for 32,768 positions", "hearth inspect model.gguf --context 32768"),
            ("one value out of the JSON object", "hearth inspect model.gguf --json | jq .parameters"),
        ],
    };

    static async Task<int> RunAsync(Invocation call)
    {
        var chosen = call.ChooseModel(call.Argument);
        await using var model = await call.OpenAsync(chosen.Paths);
        var inspection = await model.InspectAsync(call.Get(SettingTable.Context), call.CancellationToken);
        if (call.Json)
            call.WriteResult(writer => InspectionJson.Write(writer, chosen.Paths[0], inspection));
        else
            call.Terminal.Write(InspectionText.Describe(chosen.Title, inspection, call.Get(SettingTable.AllTensors)));
        call.NoteAdapters(chosen);
        return ExitCode.Ok;
    }
}
