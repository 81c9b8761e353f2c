using System.Reflection;
using System.Text.RegularExpressions;
using Hearth.Tests.Support;

namespace Hearth.Tests.Server.Clients;

public sealed class CompatibilityTests
{
    /// <summary>The clients as the document names them, their tests, and how their version is pinned.</summary>
    static readonly (string Client, Type Tests, string Pin)[] Clients =
    [
        ("@anthropic-ai/sdk 1.10.0", typeof(AnthropicJsTests), "\"@anthropic-ai/sdk\": \"1.10.0\""),
        ("Anthropic for .NET 13.14.0", typeof(AnthropicDotNetTests), """<PackageVersion Include="Anthropic" Version="13.14.0" />"""),
        ("OpenAI for .NET 2.15.0", typeof(OpenAiDotNetTests), """<PackageVersion Include="OpenAI" Version="2.15.0" />"""),
        ("ollama for JavaScript 0.6.4", typeof(OllamaJsTests), "\"ollama\": \"0.6.4\""),
        ("OllamaSharp 5.5.2", typeof(OllamaSharpTests), """<PackageVersion Include="OllamaSharp" Version="5.5.2" />"""),
        ("OpenAI for .NET 2.15.0", typeof(OpenAiDotNetResponsesTests), """<PackageVersion Include="OpenAI" Version="2.15.0" />"""),
        ("OpenAI for JavaScript 7.55.0", typeof(OpenAiJsTests), "\"openai\": \"7.55.0\""),
        ("Microsoft.Extensions.AI.OpenAI 10.11.0", typeof(ExtensionsAiTests), """<PackageVersion Include="Microsoft.Extensions.AI.OpenAI" Version="10.11.0" />"""),
        ("ModelContextProtocol for .NET 2.4.0 over HTTP", typeof(McpDotNetHttpTests), """<PackageVersion Include="ModelContextProtocol.AspNetCore" Version="2.4.0" />"""),
        ("ModelContextProtocol for .NET 2.4.0 over standard streams", typeof(McpDotNetStdioTests), """<PackageVersion Include="ModelContextProtocol.AspNetCore" Version="2.4.0" />"""),
    ];

    [Fact]
    public void The_cases_of_the_document_are_the_tests()
    {
        var rows = Regex.Matches(File.ReadAllText(Repository.At("docs", "compatibility.md")), @"^\| ([^|]+) \| ([^|]+) \|$", RegexOptions.Multiline)
            .Select(m => $"{m.Groups[1].Value}: {m.Groups[2].Value}").Where(r => !r.StartsWith("client:", StringComparison.Ordinal));
        var tests = Clients.SelectMany(c => c.Tests.GetMethods().Where(m => m.GetCustomAttribute<FactAttribute>() is not null).Select(m => $"{c.Client}: {m.Name.Replace('_', ' ')}"));
        Assert.Equal(tests.Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_versions_of_the_document_are_those_that_are_tried()
    {
        var pins = File.ReadAllText(Repository.At("Directory.Packages.props")) + File.ReadAllText(Repository.At("tests", "clients", "package.json"));
        Assert.All(Clients, c => Assert.Contains(c.Pin, pins, StringComparison.Ordinal));
    }
}
