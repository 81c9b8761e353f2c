using System.Runtime.InteropServices;
using System.Text.Json;
using Hearth.Cli.Output;
using Hearth.Cli.Settings;
using Hearth.Cli.Terminals;
using Hearth.Cli.Watching;
using Hearth.Models;
using Hearth.Workers.Client;

namespace Hearth.Cli.Commands;

/// <summary><c>hearth status</c>: what this machine gives, what is set and by what, and where things lie.</summary>
static class StatusCommand
{
    const string Processing = "The processor does all the work; no GPU is used.";

    const string NotTested = "Hearth is not tested on this processor family.";

    static readonly Setting[] OfTheWatch = [SettingTable.Interval, SettingTable.Count, SettingTable.Cgroup];

    internal static readonly Command Command = new("status", "shows the processor, confinement, settings with their origin, and folders; --watch the running processes", RunAsync)
    {
        Argument = "PID",
        ArgumentHelp = "with --watch: processes to look at, of Hearth or not (default: its hosts and workers)",
        ManyArguments = true,
        Groups = [("Watching", [SettingTable.Watch, .. OfTheWatch]), ("Settings that are shown", [.. SettingTable.Loading, .. SettingTable.Sampling, SettingTable.Timings])],
        Examples =
        [
            ("everything", "hearth status"),
            ("which model would be taken", "hearth status --json | jq -r .model"),
            ("what the running processes hold and send", "hearth status --watch"),
            ("the same with counters in the kernel, ten times, a JSON object each", "sudo hearth status --watch --cgroup --count 10 --json"),
        ],
    };

    static Task<int> RunAsync(Invocation call)
    {
        if (call.Get(SettingTable.Watch))
            return WatchLoop.RunAsync(call);
        if (call.Argument is not null || OfTheWatch.Any(setting => call.Values.Find(setting).Texts is not null))
            throw new CliException(ExitCode.Usage, "PID, --interval, --count and --cgroup belong to a watch.", "--watch beside them.", "'hearth status --help' explains them.");

        var (model, missing) = FindModel(call);
        if (call.Json)
            call.Terminal.WriteJson(writer => Write(writer, call, model?.Paths[0]));
        else
            Show(call, model?.Title ?? $"none: {missing}");
        return Task.FromResult(ExitCode.Ok);
    }

    static void Show(Invocation call, string model)
    {
        void Line(string name, string value) => call.Terminal.Write($"  {name,-20} {TerminalText.Clean(value)}\n");

        call.Terminal.Write($"Hearth {ProductVersion.Text}\n\nProcessor\n  {Processing}\n");
        Line("architecture", $"{RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} cores");
        if (!InstructionSets.IsTested(RuntimeInformation.ProcessArchitecture))
            call.Terminal.Write($"  {NotTested}\n");
        Line("instruction sets", string.Join(", ", InstructionSets.Here));
        if (!InstructionSets.HasWideVectors)
            call.Terminal.Write("  Vectors of 256 bits are missing here: everything works, but slowly.\n");

        call.Terminal.Write("\nConfinement of the worker\n");
        Line("worker", call.Host.Worker() is { } worker ? $"{Path.GetFileName(worker.Path)}, {Kind(worker)}" : "none was found");
        foreach (var (mechanism, state) in call.Host.Confinement())
            Line(mechanism, state);

        call.Terminal.Write("\nSettings\n");
        Line("model", model);
        foreach (var setting in SettingTable.LastingOnes)
        {
            if (call.Values.Find(setting) is ({ } texts, var source))
                Line(setting.Name, $"{string.Join(", ", texts)}  ({Origin(setting, source)})");
        }

        call.Terminal.Write("  Everything else has its default; 'hearth run --help' lists them.\n\nFolders\n");
        Line("configuration", Existing(call.Folders.ConfigurationFile));
        Line("data", Existing(call.Folders.Data));
        Line("program", call.Host.ProgramFolder);
    }

    static void Write(Utf8JsonWriter writer, Invocation call, string? model)
    {
        writer.WriteString("version", ProductVersion.Text);
        writer.WriteBoolean("gpu", false);
        writer.WriteString("processing", Processing);
        writer.WriteString("architecture", RuntimeInformation.ProcessArchitecture.ToString());
        writer.WriteBoolean("tested", InstructionSets.IsTested(RuntimeInformation.ProcessArchitecture));
        writer.WriteNumber("cores", Environment.ProcessorCount);
        writer.WriteList("instruction_sets", InstructionSets.Here, writer.WriteStringValue);
        writer.WriteString("model", model);
        writer.WriteStartObject("worker");
        if (call.Host.Worker() is { } worker)
        {
            writer.WriteString("path", worker.Path);
            writer.WriteString("kind", Kind(worker));
        }

        writer.WriteEndObject();
        writer.WriteStartObject("confinement");
        foreach (var (mechanism, state) in call.Host.Confinement())
            writer.WriteString(mechanism, state);
        writer.WriteEndObject();
        writer.WriteStartObject("settings");
        foreach (var setting in SettingTable.LastingOnes)
        {
            var (texts, source) = call.Values.Find(setting);
            writer.WriteStartObject(setting.Name);
            writer.WriteString("value", texts is null ? setting.Default : string.Join(", ", texts));
            writer.WriteString("origin", Origin(setting, source));
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteString("configuration_file", call.Folders.ConfigurationFile);
        writer.WriteString("data_folder", call.Folders.Data);
        writer.WriteString("program_folder", call.Host.ProgramFolder);
    }

    static string Kind(InstalledWorker worker) => worker.IsNative ? "native" : "managed";

    static string Origin(Setting setting, SettingSource source) => source switch
    {
        SettingSource.Option => $"option {setting.Option}",
        SettingSource.Environment => $"environment, {setting.Variable}",
        SettingSource.ModelDefault => "default of the model",
        SettingSource.ConfigurationFile => "configuration file",
        _ => "default",
    };

    static string Existing(string path) => Path.Exists(path) ? path : $"{path}  (not there)";

    /// <summary>The model that would be taken, or why there is none.</summary>
    static (ChosenModel? Model, string Missing) FindModel(Invocation call)
    {
        try
        {
            return (call.ChooseModel(), "");
        }
        catch (Exception e) when (e is CliException or ModelStoreException)
        {
            return (null, e.Message);
        }
    }
}
