using System.Text.RegularExpressions;
using Hearth.Cli.Settings;
using Hearth.Inference;
using Hearth.Requests.Chat;
using Hearth.Requests.Embedding;
using Hearth.Requests.Events;
using Hearth.Requests.Models;
using Hearth.Tests.Support;
using Microsoft.Extensions.AI;
using ChatMessage = Hearth.Requests.Chat.ChatMessage;

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
    public void The_defaults_of_the_server_document_are_those_of_the_settings()
    {
        var said = Regex.Match(File.ReadAllText(Repository.At("docs", "server.md")), @"and else Hearth's: (.*?)\. ").Groups[1].Value;
        Assert.Equal(
            FormattableString.Invariant(
                $"`temperature` {SettingTable.Temperature.Fallback}, `top_k` {SettingTable.TopK.Fallback}, `top_p` {SettingTable.TopP.Fallback}, `min_p` {SettingTable.MinP.Fallback}, `repeat_last_n` {SettingTable.PenaltyWindow.Fallback}, no penalties"),
            said);
    }

    [Fact]
    public void The_library_snippets_of_the_readme_are_the_code_of_this_test()
    {
        var snippets = Regex.Matches(File.ReadAllText(Repository.At("README.md")), "```csharp\n(.*?)```", RegexOptions.Singleline).Select(m => m.Groups[1].Value).ToList();
        Assert.Equal(3, snippets.Count);
        var here = File.ReadAllText(Repository.At("tests", "Hearth.Tests", "Documentation", "DocumentationTests.cs"));
        Assert.All(snippets, snippet => Assert.Contains(
            string.Concat(snippet.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"        {line}\n")), here, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_library_snippets_of_the_readme_answer(bool asChatClient)
        => Assert.Contains("Berlin", await WrittenAsync(() => asChatClient ? ChatSnippet(ShippedModel.Path) : Snippet(ShippedModel.Path)), StringComparison.Ordinal);

    [Fact]
    public async Task The_embedding_snippet_of_the_readme_finds_the_related_text()
    {
        // Whatever runs beside this writes to the same console.
        var lines = Regex.Matches(await WrittenAsync(() => EmbeddingSnippet(ShippedEncoder.Path)), @"^-?\d\.\d{3}(?=  )", RegexOptions.Multiline);
        Assert.Equal(3, lines.Count);
        var cosines = lines.Select(line => double.Parse(line.Value, System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(1, cosines[0]);
        Assert.InRange(cosines[1], 0.5, 1);
        Assert.InRange(cosines[2], -1, 0.2);
    }

    static async Task<string> WrittenAsync(Func<Task> act)
    {
        var output = Console.Out;
        using var written = new StringWriter();
        Console.SetOut(written);
        try
        {
            await act();
        }
        finally
        {
            Console.SetOut(output);
        }

        return written.ToString();
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
                Console.Write(piece.Text.Reveal());
        }
    }

    static async Task EmbeddingSnippet(string encoder)
    {
        await using var file = ModelFile.Open(encoder);
        await using var generator = new EngineEmbeddingGenerator(await file.LoadAsync(new LoadOptions()), ownsEngine: true);
        string[] texts = ["How do I reset my password?", "I forgot my password and cannot log in.", "The invoice is due at the end of the month."];
        var vectors = await generator.GenerateAsync(texts);
        foreach (var (text, vector) in texts.Zip(vectors))
        {
            var cosine = vectors[0].Vector.ToArray().Zip(vector.Vector.ToArray(), (x, y) => x * y).Sum();
            Console.WriteLine($"{cosine:F3}  {text}");
        }
    }

    static async Task ChatSnippet(string path)
    {
        await using var client = await EngineChatClient.LoadAsync(ModelFile.Open(path), new LoadOptions { ContextLength = 2048 });
        var options = new ChatOptions { Temperature = 0, MaxOutputTokens = 64 };
        await foreach (var update in client.GetStreamingResponseAsync("What is the capital of Germany?", options))
            Console.Write(update.Text);
    }
}
