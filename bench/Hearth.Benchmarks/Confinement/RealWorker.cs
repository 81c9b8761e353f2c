using Hearth.Benchmarks.Models;
using Hearth.Requests.Models;
using Hearth.Workers.Client;

namespace Hearth.Benchmarks.Confinement;

/// <summary>The real worker program with the model that ships, started as any program starts it: confined, or unconfined beside it.</summary>
/// <param name="Program">A <c>.dll</c> or a native program.</param>
/// <param name="Model">The model file.</param>
sealed record RealWorker(string Program, string Model)
{
    internal static LoadOptions Loading { get; } = new() { ContextLength = 2048 };

    /// <summary>What the worker roles are told.</summary>
    internal string[] Options => ["--worker", Program, "--model", Model];

    /// <summary>From the options of a role; the model that ships, unless another one is named.</summary>
    internal static RealWorker From(Arguments arguments)
    {
        var program = arguments.Text("--worker", "");
        var model = arguments.Text("--model", Path.Combine(Command.Root, BenchmarkModels.Shipped));
        return program.Length > 0 ? new(program, model) : throw new ArgumentException("--worker needs the worker program, a .dll or a native one.");
    }

    /// <summary>Returns once the worker has greeted.</summary>
    internal async Task<WorkerModelFile> OpenAsync(bool confined, CancellationToken cancellationToken = default)
    {
        var file = await WorkerModelFile.OpenAsync(new() { ModelPaths = [Model], WorkerPath = Program, Unconfined = !confined }, cancellationToken);
        return file.Confinement!.Confined == confined
            ? file
            : throw new CommandFailedException($"The worker was to be {(confined ? "confined" : "unconfined")} and isn't: {file.Confinement.Gaps}");
    }
}
