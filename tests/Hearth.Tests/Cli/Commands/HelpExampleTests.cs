using System.Text.RegularExpressions;
using Hearth.Cli.Commands;
using Hearth.Models;
using Hearth.Tests.Support;

namespace Hearth.Tests.Cli.Commands;

/// <summary>Whoever types an example of a help text finds the model that it names, or sees that it stands for one of their own.</summary>
public sealed class HelpExampleTests
{
    /// <summary>Words for what a file is, and the name that a model of Ollama gets on the list.</summary>
    static readonly string[] Placeholders = ["model.gguf", "encoder.gguf", "reranker.gguf", "style.gguf", "facts.gguf", "my-model", "llama3.2:1b"];

    [Fact]
    public void Every_model_that_an_example_names_ships_or_is_clearly_a_placeholder()
    {
        var named = CommandTable.All.SelectMany(NamedBy).Concat(FilesIn(HelpText.Overview())).ToHashSet();
        // So many are found that those of any one command would be missed.
        HashSet<string> some = ["llama3.2:1b", .. Placeholders[..5]];
        Assert.Superset(some, named);
        Assert.Empty(named.Except([.. BuiltInModels.In(Repository.At("models")).Select(m => m.Name), .. Placeholders]));
    }

    static IEnumerable<string> NamedBy(Command command)
    {
        var lines = string.Join('\n', command.Examples.Select(e => e.Line));
        var options = Regex.Matches(lines, @"--(?:model|name) (\S+)").Select(m => m.Groups[1].Value);
        var arguments = command.ArgumentIsModel ? Regex.Matches(lines, $@"hearth {command.Name} ([\w.][^\s]*)").Select(m => m.Groups[1].Value) : [];
        return [.. options, .. arguments, .. FilesIn(lines)];
    }

    static IEnumerable<string> FilesIn(string text) => Regex.Matches(text, @"[^\s=]+\.gguf").Select(m => m.Value);
}
