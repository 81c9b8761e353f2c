using System.Text;
using System.Text.RegularExpressions;
using Hearth.Probe;
using Hearth.Tests.Support;

namespace Hearth.Tests.Probe;

/// <summary>The table of attempts to leave the jail, and the program that makes them.</summary>
public sealed partial class AttemptTableTests
{
    /// <summary>Whoever allows an attempt, or takes one away, changes this file.</summary>
    [Fact]
    public void The_attempts_and_what_is_allowed_are_written_down()
    {
        var text = new StringBuilder();
        foreach (var (group, attempts) in AttemptTable.Groups)
        {
            text.Append(group).Append('\n');
            foreach (var a in attempts)
                text.Append($"  {a.Name} ({a.Setting}): {(a.AllowedBecause is null ? "counts" : $"allowed: {a.AllowedBecause}")}\n");
        }

        Golden.Matches(text.ToString(), "attempts.txt");
    }

    [Fact]
    public void Names_are_short_and_unique_and_what_is_given_is_said_plainly()
    {
        Assert.Equal(AttemptTable.All.Count(), AttemptTable.All.Select(a => a.Name).Distinct().Count());
        Assert.All(AttemptTable.All, a =>
        {
            // The column of names in the report is as wide.
            Assert.InRange(a.Name.Length, 1, 44);
            Assert.NotEmpty(a.Gives);
            Assert.DoesNotContain($"{a.Name}{a.Gives}{a.AllowedBecause}", c => c is '\t' or '\n');
            Assert.False(a.Gives.EndsWith('.') || a.AllowedBecause is "", a.Name);
        });
    }

    /// <summary>Otherwise the suite would test another jail than the worker's.</summary>
    [Fact]
    public void The_probe_takes_the_same_freedoms_from_itself_as_the_worker()
    {
        Assert.NotEmpty(FirstActs("Hearth.Worker"));
        Assert.Equal(FirstActs("Hearth.Worker"), FirstActs("Hearth.Probe"));
    }

    static List<string> FirstActs(string room)
        => [.. Directory.GetFiles(Repository.At("src", room), "*.cs").Order().SelectMany(file => Act().Matches(File.ReadAllText(file))).Select(match => match.Value)];

    [GeneratedRegex(@"SelfConfinement\.(?!Open)\w+")]
    private static partial Regex Act();
}
