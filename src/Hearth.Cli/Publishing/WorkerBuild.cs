using System.Runtime.InteropServices;
using Hearth.Cli.Commands;
using Hearth.Cli.Output;
using Hearth.Cli.Settings;
using Hearth.Workers.Client;

namespace Hearth.Cli.Publishing;

/// <summary>Which workers a folder gets, and how they are compiled.</summary>
/// <param name="Rid">For which machines.</param>
/// <param name="Linker">What links native ones; null for a managed one.</param>
sealed record WorkerBuild(string Rid, Linker? Linker)
{
    static readonly string[] RuntimeInside = ["--self-contained", "-p:PublishReadyToRun=true"];

    /// <summary>Native or managed.</summary>
    internal string Kind => Linker is null ? "managed" : "native";

    /// <summary>Native, unless the user said otherwise, or the folder is for the other family of processors and there is no compiler for that here.</summary>
    internal static WorkerBuild Choose(Invocation call, string rid)
    {
        if (call.Get(SettingTable.ManagedWorker))
            return new(rid, null);
        var linker = Linker.Find(call, rid);
        if (linker is null && Linker.IsOwn(rid))
        {
            throw new CliException(
                ExitCode.RequestFailed, $"No linker is on the PATH, and the native worker needs one.", $"{Linker.Names(rid)}.",
                $"{Linker.Remedy(rid)}, or add --managed-worker: a worker without the last stage of confinement.");
        }

        if (linker is null)
        {
            call.Note($"{Linker.Names(rid)} is not on the PATH, so the worker for {rid} will be a managed one: it gives the same answers, without the stage of confinement called \"pure compute\".");
            call.Note($"{Linker.Remedy(rid)} for a native one.");
        }

        return new(rid, linker);
    }

    /// <summary>Compiles them, and the program beside them, into a folder.</summary>
    internal async Task RunAsync(Invocation call, Compiler compiler, string folder)
    {
        var native = Linker is null ? [] : NativeWorkers.For(Rid.EndsWith("-arm64", StringComparison.Ordinal) ? Architecture.Arm64 : Architecture.X64);
        var (step, steps) = (0, Math.Max(native.Count, 1) + 2);
        void Say(string what) => call.Note($"building {what}, {++step} of {steps} …");

        foreach (var worker in native)
        {
            Say($"the native worker for {worker.InstructionSet}");
            await compiler.PublishNativeAsync("Hearth.Worker", "hearth-worker", Path.Combine(folder, worker.Name), [$"-p:IlcInstructionSet={worker.InstructionSet}", .. Linker!.Options]);
        }

        if (Linker is null)
        {
            Say($"the worker for {Rid}");
            await compiler.PublishAsync("Hearth.Worker", folder, RuntimeInside);
        }

        // Of the worker's kind, since it tries to leave the worker's jail; what it tries needs no vectors.
        Say("the probe of its confinement");
        if (native is [.., var least])
            await compiler.PublishNativeAsync("Hearth.Probe", "hearth-probe", Path.Combine(folder, "hearth-probe"), [$"-p:IlcInstructionSet={least.InstructionSet}", .. Linker!.Options]);
        else
            await compiler.PublishAsync("Hearth.Probe", folder, RuntimeInside);

        Say($"the program for {Rid}");
        await compiler.PublishAsync("Hearth.Cli", folder, RuntimeInside);
    }
}
