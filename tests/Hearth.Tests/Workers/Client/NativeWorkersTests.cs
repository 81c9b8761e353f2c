using System.Runtime.InteropServices;
using Hearth.Tensors.Kernels;
using Hearth.Tests.Cli.Support;
using Hearth.Workers.Client;
using Family = System.Runtime.InteropServices.Architecture;

namespace Hearth.Tests.Workers.Client;

/// <summary>Which native worker is taken. <c>./test --long publish</c> compares what they answer.</summary>
public sealed class NativeWorkersTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    static IReadOnlyList<NativeWorker> Here => NativeWorkers.For(RuntimeInformation.ProcessArchitecture);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_worker_with_wider_vectors_is_taken_exactly_where_the_managed_one_would_use_them()
    {
        Assert.SkipUnless(RuntimeInformation.ProcessArchitecture == Family.X64, "the machine code of this test is for x64");
        Assert.Equal(KernelPaths.Available.Contains("vector512"), Here.Single(worker => worker.InstructionSet == "x86-64-v4").RunsHere);
        Assert.Equal(KernelPaths.Available.Contains("vector256"), Here.Single(worker => worker.InstructionSet == "x86-64-v3").RunsHere);
    }

    [Theory, InlineData(Family.X64), InlineData(Family.Arm64)]
    public void The_last_one_runs_everywhere_and_has_the_plain_name(Family family)
    {
        var all = NativeWorkers.For(family);
        Assert.Equal(("hearth-worker", true), (all[^1].Name, all[^1].RunsHere));
        Assert.Equal(all.Count, all.DistinctBy(worker => worker.Name).Count());
    }

    [Fact]
    public void The_first_one_that_runs_here_is_taken_and_the_next_where_it_is_absent()
    {
        foreach (var worker in NativeWorkers.For(Family.X64))
            Write(worker.Name);
        foreach (var worker in Here.Where(worker => worker.RunsHere))
        {
            Assert.Equal(At(worker.Name), WorkerProgram.Locate(_folder.Path));
            File.Delete(At(worker.Name));
        }

        // What is left doesn't run here.
        Assert.Contains("was not found", Assert.Throws<Hearth.Requests.EngineException>(() => WorkerProgram.Locate(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Beside_a_managed_worker_the_program_of_the_same_name_is_not_taken_for_a_native_one()
    {
        Write("hearth-worker");
        Assert.True(new InstalledWorker(WorkerProgram.Locate(_folder.Path)).IsNative);
        Write("hearth-worker.dll");
        Assert.Equal(At("hearth-worker.dll"), WorkerProgram.Locate(_folder.Path));
        Assert.False(new InstalledWorker(WorkerProgram.Locate(_folder.Path)).IsNative);
    }

    string At(string name) => Path.Combine(_folder.Path, name);

    void Write(string name) => File.WriteAllText(At(name), "");
}
