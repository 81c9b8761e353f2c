using System.Reflection;
using System.Text.RegularExpressions;
using Hearth.Tests.Support;

namespace Hearth.Tests.Server.Clients;

public sealed class CompatibilityTests
{
    static readonly Dictionary<string, Type> Clients = new() { ["OpenAI for .NET 2.15.0"] = typeof(OpenAiDotNetTests) };

    [Fact]
    public void The_cases_of_the_document_are_the_tests()
    {
        var rows = Regex.Matches(File.ReadAllText(Repository.At("docs", "compatibility.md")), @"^\| ([^|]+) \| ([^|]+) \|$", RegexOptions.Multiline)
            .Select(m => $"{m.Groups[1].Value}: {m.Groups[2].Value}").Where(r => !r.StartsWith("client:", StringComparison.Ordinal));
        var tests = Clients.SelectMany(c => c.Value.GetMethods().Where(m => m.GetCustomAttribute<FactAttribute>() is not null).Select(m => $"{c.Key}: {m.Name.Replace('_', ' ')}"));
        Assert.Equal(tests.Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
        Assert.Contains("Version=\"2.15.0\"", File.ReadLines(Repository.At("Directory.Packages.props")).Single(l => l.Contains("\"OpenAI\"", StringComparison.Ordinal)), StringComparison.Ordinal);
    }
}
