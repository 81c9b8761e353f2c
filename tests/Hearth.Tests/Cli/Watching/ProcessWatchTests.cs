using System.Runtime.InteropServices;
using Hearth.Cli.Watching;
using Hearth.Workers.Client;

namespace Hearth.Tests.Cli.Watching;

/// <summary>Which processes are Hearth's.</summary>
public sealed class ProcessWatchTests
{
    [Fact]
    public void The_workers_of_all_classes_of_processors_are_workers()
        => Assert.All(NativeWorkers.For(RuntimeInformation.ProcessArchitecture), worker => Assert.Equal("worker", ProcessWatch.Kind(new(1, 1, 1, 1, worker.Name))));

    [Theory]
    [InlineData("hearth", "host")]
    [InlineData("hearth-worker", "worker")]
    [InlineData("hearth-workers", null)]
    [InlineData("grep", null)]
    [InlineData("", null)]
    public void Others_are_what_they_are_called(string program, string? kind) => Assert.Equal(kind, ProcessWatch.Kind(new(1, 1, 1, 1, program)));
}
