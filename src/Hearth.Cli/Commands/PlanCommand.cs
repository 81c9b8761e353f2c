using Hearth.Cli.Output;
using Hearth.Cli.Planning;
using Hearth.Cli.Settings;
using Hearth.Requests;
using Hearth.Requests.Models;

namespace Hearth.Cli.Commands;

/// <summary><c>hearth plan</c>: what fits on this machine and how fast it would be, without loading it.</summary>
static class PlanCommand
{
    const long MostStreamBytes = 128_000_000;

    /// <summary>Formats in which models are usually published, the smallest first.</summary>
    static readonly string[] Published = ["Q4_0", "Q4_K", "Q5_K", "Q6_K", "Q8_0", "F16"];

    internal static readonly Command Command = new("plan", "estimates what fits on this machine and how fast it would be", RunAsync)
    {
        Argument = "MODEL",
        ArgumentIsModel = true,
        ArgumentHelp = "the model; --model, or the model that ships, where it is absent",
        Details = "The engine's kernels are measured for a few seconds on weights that mean nothing; the model is not loaded.\n"
            + "Decode is estimated at half of each context, since an answer passes through all of it. Expect a quarter more or\n"
            + "less: memory speed drifts. With --parameters no file is needed: which quantization of a model of that size would\n"
            + "run how fast.",
        Groups =
        [
            ("Plan", [SettingTable.Parameters]),
            ("Model", [SettingTable.Model, SettingTable.Context, SettingTable.Threads, SettingTable.Isa, SettingTable.Unconfined]),
        ],
        Examples =
        [
            ("the model that ships", "hearth plan"),
            ("contexts and speed of another one", "hearth plan model.gguf"),
            ("which quantization of 8 billion weights", "hearth plan --parameters 8B"),
        ],
    };

    static Task<int> RunAsync(Invocation call) => call.Get(SettingTable.Parameters) is { } parameters ? PlanSizeAsync(call, parameters) : PlanFileAsync(call);

    static async Task<int> PlanFileAsync(Invocation call)
    {
        var chosen = call.ChooseModel(call.Argument);
        await using var model = await call.OpenAsync(chosen.Paths);
        var inspection = await model.InspectAsync(call.Get(SettingTable.Context), call.CancellationToken);
        var reason = inspection.Adapter is null ? inspection.Warnings.LastOrDefault("") : "it is an adapter.";
        var work = inspection.Work ?? throw new CliException(ExitCode.Model, $"{chosen.Title} cannot be planned for: {reason}", "a model that this engine runs.", "'hearth inspect' says more.");
        var machine = await MeasureAsync(call, model, work.Width, [.. SpeedEstimate.All(work).Select(m => m.Type).Distinct()], SpeedEstimate.All(work).Sum(m => m.Bytes));
        var plan = new ModelPlan(chosen, inspection, work, machine);
        if (call.Json)
            call.WriteResult(plan.Write);
        else
            call.Terminal.Write(plan.Describe());
        call.NoteAdapters(chosen);
        return ExitCode.Ok;
    }

    static async Task<int> PlanSizeAsync(Invocation call, long parameters)
    {
        if (call.Argument is not null || call.Values.Find(SettingTable.Model).Source == SettingSource.Option)
            throw new CliException(ExitCode.Usage, "Both a model and --parameters are given.", "one of them.", "Leave one out.");
        var typical = TypicalModel.For(parameters);
        await using var worker = await call.OpenAsync([]);
        var machine = await MeasureAsync(call, worker, typical.Width, Published, MostStreamBytes);
        var context = call.Get(SettingTable.Context);
        var plan = new SizePlan(parameters, context == 0 ? 8192 : context, typical, machine);
        if (call.Json)
            call.WriteResult(plan.Write);
        else
            call.Terminal.Write(plan.Describe());
        return ExitCode.Ok;
    }

    static Task<MachineSpeed> MeasureAsync(Invocation call, IModelFile file, int width, IReadOnlyList<string> types, long bytes)
    {
        call.Note("measuring the machine …");
        var request = new MachineRequest(types)
        {
            Width = width,
            StreamBytes = Math.Min(bytes, MostStreamBytes),
            Threads = call.Get(SettingTable.Threads),
            InstructionSet = call.Get(SettingTable.Isa),
        };
        return file.MeasureMachineAsync(request, call.CancellationToken);
    }
}
