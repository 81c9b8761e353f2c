using System.Text.RegularExpressions;
using Hearth.Inference;
using Hearth.Requests.Chat;
using Hearth.Requests.Events;
using Hearth.Requests.Models;
using Hearth.Tests.Support;

namespace Hearth.Tests.Documentation;

/// <summary>What the documents say is held against what there is.</summary>
[Collection("kernels")]
public sealed class DocumentationTests
{
    public static TheoryData<string> Documents
        => ["README.md", "CONTRIBUTING.md", .. Directory.GetFiles(Repository.At("docs"), "*.md").Select(f => Path.Combine("docs", Path.GetFileName(f)))];

    [Theory, MemberData(nameof(Documents))]
    public void Every_file_that_a_document_links_to_exists(string document)
    {
        var folder = Path.GetDirectoryName(Repository.At(document))!;
        var links = Regex.Matches(File.ReadAllText(Repository.At(document)), @"\]\((?!http)([^)#]+)").Select(m => m.Groups[1].Value);
        Assert.DoesNotContain(links, link => !Path.Exists(Path.Combine(folder, link)));
    }

    [Theory, MemberData(nameof(Documents))]
    public void Every_long_check_that_a_document_names_exists(string document)
    {
        var names = Regex.Matches(File.ReadAllText(Repository.At(document)), @"\./test --long ([a-z][a-z-]*)").Select(m => m.Groups[1].Value);
        Assert.DoesNotContain(names, name => !File.Exists(Repository.At("tests", "long", $"{name}.sh")));
    }

    [Fact]
    public void The_rooms_in_the_architecture_document_are_those_of_the_projects()
    {
        var rows = Regex.Matches(File.ReadAllText(Repository.At("docs", "architecture.md")), @"^\| ([A-Z]\w+) \|[^|]*\| ([^|]*) \|$", RegexOptions.Multiline)
            .Select(m => $"{m.Groups[1].Value}: {m.Groups[2].Value}");
        var projects = Directory.GetDirectories(Repository.At("src")).Select(folder =>
        {
            var text = File.ReadAllText(Directory.GetFiles(folder, "*.csproj").Single());
            var uses = Regex.Matches(text, @"ProjectReference Include=""\.\./Hearth\.(\w+)/").Select(m => m.Groups[1].Value).Order();
            return $"{Path.GetFileName(folder)["Hearth.".Length..]}: {(uses.Any() ? string.Join(", ", uses) : "nothing")}";
        });
        Assert.Equal(projects.Order(), rows.Order());
    }

    [Fact]
    public void The_library_snippet_of_the_readme_is_the_code_of_this_test()
    {
        var snippet = Regex.Match(File.ReadAllText(Repository.At("README.md")), "```csharp\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;
        Assert.NotEmpty(snippet);
        var here = File.ReadAllText(Repository.At("tests", "Hearth.Tests", "Documentation", "DocumentationTests.cs"));
        Assert.Contains(string.Concat(snippet.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"        {line}\n")), here, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_library_snippet_of_the_readme_answers()
    {
        var path = ShippedModel.Path;
        var output = Console.Out;
        using var written = new StringWriter();
        Console.SetOut(written);
        try
        {
            await Snippet(path);
        }
        finally
        {
            Console.SetOut(output);
        }

        Assert.Contains("Berlin", written.ToString(), StringComparison.Ordinal);
    }

#pragma warning disable xUnit1051 // The readme's reader has no test context.
    static async Task Snippet(string path)
    {
        await using var file = ModelFile.Open(path);
        await using var engine = await file.LoadAsync(new LoadOptions { ContextLength = 2048 });
        var request = new GenerationRequest(new ChatPrompt([new ChatMessage("user", "What is the capital of Germany?")])) { Sampling = SamplingOptions.Greedy };
        await foreach (var e in engine.GenerateAsync(request))
        {
            if (e is Delta piece)
                Console.Write(piece.Text);
        }
    }
}
