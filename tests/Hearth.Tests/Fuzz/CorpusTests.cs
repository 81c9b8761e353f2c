using Hearth.Fuzz;
using Hearth.Tests.Support;

namespace Hearth.Tests.Fuzz;

/// <summary>
/// Every input that fuzzing started from or once failed on, and some mutations of each. The search itself is <c>./test --long fuzz</c>;
/// <c>FUZZ_CORPUS</c> names a folder of its results to replay.
/// </summary>
public sealed class CorpusTests
{
    const int Mutations = 4_000;

    public static TheoryData<string> TargetNames => [.. FuzzTarget.All.Keys];

    [Theory]
    [MemberData(nameof(TargetNames))]
    public void Every_kept_input_is_read_or_refused_within_the_limits(string target)
    {
        var inputs = Inputs(target).ToList();
        Assert.NotEmpty(inputs);
        foreach (var input in inputs)
            FuzzLimits.Run(FuzzTarget.All[target], input);
    }

    [Theory]
    [MemberData(nameof(TargetNames))]
    public void Mutations_of_the_kept_inputs_are_read_or_refused_within_the_limits(string target)
    {
        var inputs = Inputs(target).ToList();
        var mutator = new Mutator(seed: 2026);
        for (var i = 0; i < Mutations; i++)
        {
            var input = mutator.Mutate(inputs[i % inputs.Count]);
            var failure = Record.Exception(() => FuzzLimits.Run(FuzzTarget.All[target], input));
            Assert.True(failure is null, $"Keep this input as tests/Hearth.Fuzz/corpus/{target}/…: {Convert.ToBase64String(input)}\n{failure}");
        }
    }

    [Fact]
    public void Every_bug_to_plant_has_a_name_of_its_own_and_fits_the_source_it_is_for()
    {
        var bugs = PlantedBug.Read(Repository.At("tests", "Hearth.Fuzz", "planted.tsv")).ToList();
        Assert.Equal(bugs.Count, bugs.DistinctBy(bug => bug.Name).Count());
        foreach (var bug in bugs)
            Assert.True(bug.Fits(File.ReadAllText(Repository.At(bug.Path))), $"{bug.Path} does not hold the text of {bug.Name} exactly once.");
    }

    static IEnumerable<byte[]> Inputs(string target)
        => Directory.EnumerateFiles(Path.Combine(Environment.GetEnvironmentVariable("FUZZ_CORPUS") ?? Repository.At("tests", "Hearth.Fuzz", "corpus"), target))
            .Order(StringComparer.Ordinal).Select(File.ReadAllBytes);
}
