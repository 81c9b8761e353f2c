using Hearth.Cli.Output;
using Hearth.Cli.Settings;
using Hearth.Requests.Events;

namespace Hearth.Cli.Commands;

/// <summary><c>hearth bench</c>: how fast a model runs here, beside what the machine could do at best.</summary>
static class BenchCommand
{
    internal static readonly Command Command = new("bench", "measures prefill and decode beside the machine's int8 peak and read bandwidth", RunAsync)
    {
        Argument = "MODEL",
        ArgumentIsModel = true,
        ArgumentHelp = "the model; --model, or the model that ships, where it is absent",
        Details = "Rounds of all figures alternate in one run, so that shares compare like with like; medians are shown,\n"
            + "with the range in brackets. Prefill is held against the int8 peak, decode against a raw read of the weights.",
        Groups =
        [
            ("Measurement", [SettingTable.PromptTokens, SettingTable.GenerateTokens, SettingTable.Rounds]),
            ("Model", SettingTable.Loading),
        ],
        Examples =
        [
            ("the model that ships: 512 prompt tokens, 128 generated ones", "hearth bench"),
            ("another model on one thread, more rounds", "hearth bench model.gguf --threads 1 --rounds 10"),
        ],
    };

    static async Task<int> RunAsync(Invocation call)
    {
        var chosen = call.ChooseModel(call.Argument);
        var request = new MeasureRequest(call.Get(SettingTable.PromptTokens), call.Get(SettingTable.GenerateTokens), call.Get(SettingTable.Rounds));
        await using var model = await call.OpenAsync(chosen);
        await using var engine = await call.LoadAsync(chosen, model);
        var measurements = new Measurements();
        using (var progress = call.Progress("measuring"))
        {
            await foreach (var measurement in engine.MeasureAsync(request, call.CancellationToken))
            {
                measurements.Add(measurement);
                progress.Report(measurement.Round + 1, request.Rounds + 1);
            }
        }

        if (call.Json)
            call.WriteResult(writer => BenchReport.Write(writer, chosen.Paths[0], engine.Model, request, measurements));
        else
            call.Terminal.Write(BenchReport.Describe(chosen.Title, engine.Model, request, measurements));
        return ExitCode.Ok;
    }
}
