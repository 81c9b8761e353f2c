using Hearth.Benchmarks;
using Hearth.Benchmarks.Machine;

namespace Hearth.Tests.Benchmarks.Machine;

public sealed class ProcessMemoryTests
{
    [Fact]
    public void Kibibytes_of_the_status_file_become_bytes()
        => Assert.Equal(new ProcessMemory(2048 * 1024, 512 * 1024), ProcessMemory.Parse("Name:\tx\nVmHWM:\t    2048 kB\nRssAnon:\t     512 kB\n"));

    [Fact]
    public void A_process_that_has_ended_is_not_taken_for_one_without_memory()
        => Assert.Throws<CommandFailedException>(() => ProcessMemory.Parse("Name:\tx\nState:\tZ (zombie)\n"));
}
