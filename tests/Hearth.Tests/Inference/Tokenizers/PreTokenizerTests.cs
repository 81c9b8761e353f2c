using System.Text.Json;
using Hearth.Inference.Tokenizers;
using Hearth.Inference.Tokenizers.PreTokenizers;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.Tokenizers;

/// <summary>
/// Against Hugging Face's tokenizers (npm @anush008/tokenizers 0.6.0) with the published expressions: random texts of pieces that the expressions look at,
/// and the lengths of the words.
/// </summary>
public sealed class PreTokenizerTests
{
    public static TheoryData<string> Names => [.. File().EnumerateObject().Select(p => p.Name).Where(name => name != "texts")];

    [Fact]
    public void All_groups_are_there() => Assert.Equal(22, Names.Count);

    [Theory, MemberData(nameof(Names))]
    public void Words_are_those_of_the_published_expressions(string name)
    {
        var texts = File().GetProperty("texts").EnumerateArray().Select(t => t.GetString()!).ToArray();
        var cases = File().GetProperty(name).EnumerateArray().Select(c => c.EnumerateArray().Select(n => n.GetInt32()).ToArray()).ToArray();
        Assert.Equal(164, texts.Length);
        Assert.Equal(texts.Length, cases.Length);
        for (var i = 0; i < texts.Length; i++)
            Assert.Equal(Cut(texts[i], cases[i]), Words.Of(name, texts[i]));
    }

    /// <summary>Most names have no data of their own: which of them split alike, and what else holds for them, is llama.cpp's table (<c>llama-vocab.cpp</c>).</summary>
    [Fact]
    public void Names_that_split_alike_are_those_of_the_list()
    {
        var texts = File().GetProperty("texts").EnumerateArray().Select(t => t.GetString()!).ToArray();
        var groups = PreTokenizerTable.ByName.GroupBy(
            row => (Splits: string.Join('\0', texts.SelectMany(text => Words.Of(row.Key, text).Append("\n"))), Flags(row.Value)), row => row.Key);
        Golden.Matches(string.Concat(groups.Select(group => $"{group.Key.Item2}{string.Join(" ", group)}\n")), "groups.txt");

        static string Flags(PreTokenizer rules)
        {
            (bool Holds, string Name)[] flags = [(rules.Compose, "NFC"), (rules.WholeWords, "whole words"), (rules.AddBos, "bos"), (rules.AddSeparator, "separator")];
            var names = string.Join(", ", flags.Where(flag => flag.Holds).Select(flag => flag.Name));
            return names.Length > 0 ? $"{names}: " : "";
        }
    }

    [Fact]
    public void All_names_are_in_the_documentation()
    {
        var page = System.IO.File.ReadAllText(Repository.At("docs", "tokenizers.md"));
        Assert.All(PreTokenizerTable.ByName.Keys.Concat(TokenizerKind.ByName.Keys), name => Assert.Contains($"`{name}`", page));
    }

    static List<string> Cut(string text, int[] lengths)
    {
        var words = new List<string>();
        foreach (var length in lengths)
            words.Add(text.Substring(words.Sum(w => w.Length), length));
        return words;
    }

    static JsonElement File()
    {
        using var json = JsonDocument.Parse(System.IO.File.ReadAllBytes(Repository.At("tests", "data", "pre-tokenizers", "splits.json")));
        return json.RootElement.Clone();
    }
}
